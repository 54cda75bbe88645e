import Platform

/// The prompts of running cells on the stdin channel.
///
/// Each running cell has at most one open prompt. A reply is accepted only if it comes from the front-end that was
/// asked and names an open prompt or none; the latter answers the oldest. Late replies to closed prompts are dropped.
final class InputPrompts {
    /// How many seconds a front-end may take to connect its stdin channel, which may still be connecting at the first
    /// prompt.
    private static let connectTimeout = 5.0
    private static let retrySeconds = 0.05

    let channel: RequestChannel
    private var open: [OpenPrompt] = []
    private var isOver = false

    init(channel: RequestChannel) {
        self.channel = channel
    }

    /// The time of the next retry, by the monotonic clock.
    var deadline: Double? { open.filter { $0.id == nil }.map(\.nextTry).min() }

    /// Sends a prompt to the front-end that runs the cell.
    func ask(_ request: InputRequest, for cell: RunningCell) {
        // Replies that have already arrived belong to older prompts.
        receive()
        if isOver { return cell.execution.failInput(.noFrontEnd) }
        let now = steadySeconds()
        open.append(
            OpenPrompt(request: request, cell: cell, nextTry: now, deadline: now + InputPrompts.connectTimeout))
        retry()
    }

    /// Sends prompts that are due, including those whose front-end was not connected before.
    func retry() {
        let now = steadySeconds()
        for index in open.indices.reversed() where open[index].id == nil && now >= open[index].nextTry {
            send(index, now)
        }
    }

    /// Drops the prompt of a cell that has ended.
    func close(of cell: CellRequest) {
        open.removeAll { $0.cell.cell.id == cell.id }
    }

    /// Fails all open and future prompts, because no more replies will arrive.
    func end() {
        isOver = true
        for prompt in open { prompt.cell.execution.failInput(.noFrontEnd) }
        open = []
    }

    /// Handles the replies that have arrived.
    func receive() {
        while let message = channel.receive() {
            guard message.header.type == InputReply.type,
                let index = open.firstIndex(where: { $0.isAnswered(by: message) }),
                let reply = try? InputReply(message.content)
            else { continue }
            open.remove(at: index).cell.execution.answerInput(reply.value)
        }
    }

    private func send(_ index: Int, _ now: Double) {
        let prompt = open[index]
        if let id = try? channel.send(prompt.request, to: prompt.cell.cell.message) {
            open[index].id = id
        } else if now < prompt.deadline {
            open[index].nextTry = now + InputPrompts.retrySeconds
        } else {
            open.remove(at: index).cell.execution.failInput(.noFrontEnd)
        }
    }
}

private struct OpenPrompt {
    let request: InputRequest
    let cell: RunningCell
    /// The identifier of the prompt's message, once it has been sent.
    var id: String?
    var nextTry: Double
    let deadline: Double

    func isAnswered(by message: Message) -> Bool {
        guard let id, message.identities == cell.cell.message.identities else { return false }
        // Some clients leave the parent empty, or name the cell's request.
        let parent = message.parent["msg_id"]?.string ?? ""
        return parent.isEmpty || parent == id || parent == cell.cell.message.header.id
    }
}
