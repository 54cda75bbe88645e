import Glibc
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

extension LoopEvent {
    /// About how many bytes it is when it is sent.
    var byteCount: Int {
        switch self {
        case .output(.stream(_, let text), _): text.utf8.count
        case .output(.display(let bundle, _, _, _), _): bundle.data.values.reduce(0) { $0 + $1.byteCount }
        case .output(.comm(let event), _):
            event.data.values.reduce(event.buffers.reduce(0) { $0 + $1.count }) { $0 + $1.byteCount }
        default: 0
        }
    }
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
    /// A cell that shows more than can be sent waits when so many bytes are on their way.
    private static let byteLimit = 4 << 20
    /// For how long, in seconds: whoever takes the events may want something that the cell's thread holds.
    private static let longestWait = 1.0

    /// What the I/O thread waits for.
    let wakeup = Wakeup()
    private let state = Monitor(State())

    /// Adds an event; waits where the queue is full, unless it is called by the thread that takes events.
    func post(_ event: LoopEvent) {
        let isFirst = state.withLock { state in
            let isFirst = state.isEmpty
            state.append(event)
            return isFirst
        }
        if isFirst { wakeup.ring() }
        let thread = pthread_self()
        _ = state.wait(seconds: Self.longestWait) { state in
            state.bytes < Self.byteLimit || state.isClosed || state.isTaken(by: thread) ? true : nil
        }
    }

    /// Takes all events.
    func take() -> [LoopEvent] {
        _ = wakeup.answer()
        let thread = pthread_self()
        let events = state.withLock { $0.take(by: thread) }
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
        private var taker: pthread_t?

        /// Whether the thread is the one that takes events.
        func isTaken(by thread: pthread_t) -> Bool { taker.map { pthread_equal($0, thread) != 0 } ?? false }

        var isEmpty: Bool { events.isEmpty && text == nil }

        /// Adds an event; text that continues the text before it becomes one event with it, so that
        /// twenty thousand printed lines are few events.
        mutating func append(_ event: LoopEvent) {
            if isClosed { return }
            bytes += event.byteCount
            guard case .output(.stream(let stream, let more), let request) = event else {
                endText()
                events.append(event)
                return
            }
            if text?.stream == stream, text?.request.id == request.id {
                text?.text += more
            } else {
                endText()
                text = (stream, more, request)
            }
        }

        mutating func take(by thread: pthread_t) -> [LoopEvent] {
            taker = thread
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
