/// The stdin channel: questions that a cell asks its front-end.
///
/// One question is open at a time. An answer counts only while one is, and only when it comes from the
/// front-end that was asked and names that question or none: a late answer to an older one is dropped.
final class InputPrompts {
    /// A front-end may still be connecting its stdin channel when its first cell asks; on a busy machine for seconds.
    private static let patienceSeconds = 5.0
    private static let retrySeconds = 0.05

    let channel: RequestChannel
    private var open: OpenPrompt?

    init(channel: RequestChannel) {
        self.channel = channel
    }

    /// When the question must be asked again, by the steady clock.
    var deadline: Double? { open?.id == nil ? open?.nextTry : nil }

    /// Asks the front-end that runs the cell.
    func ask(_ request: InputRequest, for cell: RunningCell) {
        // What has come until now answers something older.
        while channel.receive() != nil {}
        let now = steadySeconds()
        open = OpenPrompt(
            request: request, cell: cell, nextTry: now, patience: now + InputPrompts.patienceSeconds)
        send()
    }

    /// Asks again when the front-end was not there yet.
    func retry() {
        if let deadline, steadySeconds() >= deadline { send() }
    }

    /// Forgets the question; its cell no longer waits.
    func close() {
        open = nil
    }

    /// Takes what has come.
    func receive() {
        while let message = channel.receive() {
            guard message.header.type == InputReply.type, let open, open.isAnswered(by: message) else {
                continue
            }
            guard let reply = try? InputReply(message.content) else { continue }
            self.open = nil
            open.cell.execution.answerInput(reply.value)
        }
    }

    private func send() {
        guard var prompt = open else { return }
        let now = steadySeconds()
        if let id = try? channel.send(prompt.request, to: prompt.cell.cell.message) {
            prompt.id = id
        } else if now < prompt.patience {
            prompt.nextTry = now + InputPrompts.retrySeconds
        } else {
            open = nil
            prompt.cell.execution.failInput(.noFrontEnd)
            return
        }
        open = prompt
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
