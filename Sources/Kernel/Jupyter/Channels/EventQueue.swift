import Glibc
import Platform

/// A queue that passes events to the I/O thread in order, and wakes it.
final class EventQueue: Sendable {
    /// The number of queued bytes above which a cell waits before it posts more.
    private static let byteLimit = 4 << 20
    /// The longest wait in seconds, which is bounded because the I/O thread may need a lock that the cell's thread
    /// holds.
    private static let waitTimeout = 1.0

    /// The pipe that wakes the I/O thread.
    let wakeup = Wakeup()
    private let state = Monitor(State())

    /// Adds an event. Waits if the queue is full, unless called on the thread that takes events.
    func post(_ event: LoopEvent) {
        let isFirst = state.withLock { state in
            let isFirst = state.isEmpty
            state.append(event)
            return isFirst
        }
        if isFirst { wakeup.signal() }
        let thread = pthread_self()
        _ = state.wait(seconds: Self.waitTimeout) { state in
            state.bytes < Self.byteLimit || state.isClosed || state.isTaken(by: thread) ? true : nil
        }
    }

    /// Removes and returns all events.
    func take() -> [LoopEvent] {
        _ = wakeup.drain()
        let thread = pthread_self()
        let events = state.withLock { $0.take(by: thread) }
        state.wake()
        return events
    }

    /// Drops all events that are posted from now on.
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

        /// Returns whether the thread is the one that takes events.
        func isTaken(by thread: pthread_t) -> Bool { taker.map { pthread_equal($0, thread) != 0 } ?? false }

        var isEmpty: Bool { events.isEmpty && text == nil }

        /// Adds an event. Consecutive text of one cell and stream is merged into one event, so that
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
