import Platform

/// What other threads tell the I/O thread.
enum LoopEvent: Sendable {
    /// A cell did something that its front-end shows.
    case output(ExecutionEvent, of: CellRequest)
    /// A cell came to its end.
    case ended(CellRequest, CellEnding)
    /// A request was answered off the I/O thread.
    case answer(any MessageContent, to: Message, on: ConnectionFile.Channel)
    /// Nothing more will be asked: the kernel is to end when all that was is done.
    case endOfInput
    /// What was asked beside cells is answered.
    case drained
    /// The kernel is to end.
    case stop
}

/// How a cell ended.
struct CellEnding: Sendable {
    var outcome: CellOutcome
    /// What became of its request's `user_expressions`.
    var expressions: [String: ExpressionOutcome] = [:]
    /// What the language holds now, see ``CellRunner/holdings``.
    var holdings: [String]
}

/// Carries events to the I/O thread, in order, and wakes it.
final class EventQueue: Sendable {
    /// A cell that writes faster than can be sent waits when so many bytes are on their way.
    private static let byteLimit = 4 << 20

    /// What the I/O thread waits for.
    let wakeup = Wakeup()
    private let state = Monitor(State())

    /// Adds an event.
    func post(_ event: LoopEvent) {
        let isFirst = state.withLock { state in
            let isFirst = state.isEmpty
            state.append(event)
            return isFirst
        }
        if isFirst { wakeup.ring() }
        // Bounded, since the I/O thread itself may write in an interrupt's handler.
        _ = state.wait(seconds: 1) { $0.bytes < EventQueue.byteLimit || $0.isClosed ? true : nil }
    }

    /// Takes all events.
    func take() -> [LoopEvent] {
        _ = wakeup.answer()
        let events = state.withLock { $0.take() }
        state.wake()
        return events
    }

    /// Drops what is posted from now on; it is no longer taken.
    func close() {
        state.withLock { $0.isClosed = true }
        state.wake()
    }

    private struct State {
        var isClosed = false
        private(set) var bytes = 0
        private var events: [LoopEvent] = []
        private var text: (stream: OutputStream, text: String, request: CellRequest)?

        var isEmpty: Bool { events.isEmpty && text == nil }

        /// Adds an event; text that continues the text before it becomes one event with it, so that
        /// twenty thousand printed lines are few events.
        mutating func append(_ event: LoopEvent) {
            if isClosed { return }
            guard case .output(.stream(let stream, let more), let request) = event else {
                endText()
                events.append(event)
                return
            }
            bytes += more.utf8.count
            if text?.stream == stream, text?.request.id == request.id {
                text?.text += more
            } else {
                endText()
                text = (stream, more, request)
            }
        }

        mutating func take() -> [LoopEvent] {
            endText()
            defer {
                events = []
                bytes = 0
            }
            return events
        }

        private mutating func endText() {
            if let text { events.append(.output(.stream(text.stream, text.text), of: text.request)) }
            text = nil
        }
    }
}
