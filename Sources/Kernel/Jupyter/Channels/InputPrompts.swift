/// The stdin channel: questions that a cell asks its front-end.
///
/// Each running cell has one question open at a time. An answer counts only while one is, and only when it comes from the
/// front-end that was asked and names that question or none, which is then the oldest: a late answer to one that is closed
/// is dropped.
final class InputPrompts {
    /// A front-end may still be connecting its stdin channel when its first cell asks; on a busy machine for seconds.
    private static let patienceSeconds = 5.0
    private static let retrySeconds = 0.05

    let channel: RequestChannel
    private var open: [OpenPrompt] = []
    private var isOver = false

    init(channel: RequestChannel) {
        self.channel = channel
    }

    /// When a question must be asked again, by the steady clock.
    var deadline: Double? { open.filter { $0.id == nil }.map(\.nextTry).min() }

    /// Asks the front-end that runs the cell.
    func ask(_ request: InputRequest, for cell: RunningCell) {
        // What has come until now answers something older.
        receive()
        if isOver { return cell.execution.failInput(.noFrontEnd) }
        let now = steadySeconds()
        open.append(
            OpenPrompt(request: request, cell: cell, nextTry: now, patience: now + InputPrompts.patienceSeconds))
        retry()
    }

    /// Asks, and asks again where the front-end was not there yet.
    func retry() {
        let now = steadySeconds()
        for place in open.indices.reversed() where open[place].id == nil && now >= open[place].nextTry {
            send(place, now)
        }
    }

    /// Forgets a cell's question; it no longer waits.
    func close(of cell: CellRequest) {
        open.removeAll { $0.cell.cell.id == cell.id }
    }

    /// No answers will come any more: fails the questions that are open, and those to come.
    func end() {
        isOver = true
        for prompt in open { prompt.cell.execution.failInput(.noFrontEnd) }
        open = []
    }

    /// Takes what has come.
    func receive() {
        while let message = channel.receive() {
            guard message.header.type == InputReply.type,
                let place = open.firstIndex(where: { $0.isAnswered(by: message) }),
                let reply = try? InputReply(message.content)
            else { continue }
            open.remove(at: place).cell.execution.answerInput(reply.value)
        }
    }

    private func send(_ place: Int, _ now: Double) {
        let prompt = open[place]
        if let id = try? channel.send(prompt.request, to: prompt.cell.cell.message) {
            open[place].id = id
        } else if now < prompt.patience {
            open[place].nextTry = now + InputPrompts.retrySeconds
        } else {
            open.remove(at: place).cell.execution.failInput(.noFrontEnd)
        }
    }
}

private struct OpenPrompt {
    let request: InputRequest
    let cell: RunningCell
    /// The message that asks, once it is sent.
    var id: String?
    var nextTry: Double
    let patience: Double

    func isAnswered(by message: Message) -> Bool {
        guard let id, message.identities == cell.cell.message.identities else { return false }
        // Some clients leave the parent empty, or name the cell.
        let parent = message.parent["msg_id"]?.string ?? ""
        return parent.isEmpty || parent == id || parent == cell.cell.message.header.id
    }
}
