import Platform
import Synchronization

/// A running cell as the language sees it: its output, its input, and whether it should stop.
///
/// All functions may be called from any thread. Output that is written after the cell has ended is still
/// shown under it.
package final class Execution: Sendable {
    /// The number in front of the cell.
    package let executionCount: Int
    /// Whether the front-end can be asked for input.
    package let allowsInput: Bool
    /// The session of the front-end that ran the cell, a different one for each loaded page.
    package let session: String
    private let show: @Sendable (ExecutionEvent) -> Void
    private let shown = Mutex(Transcript())
    private let interrupted = Atomic<Bool>(false)
    private let interruptHandlers = Mutex<[@Sendable () -> Void]>([])
    private let input = Monitor<InputState>(.none)

    /// Creates an execution that passes output to `post` in the order in which it is written.
    ///
    /// The channels create one for each request. Tests of a language create their own.
    package init(
        executionCount: Int, allowsInput: Bool, session: String = "",
        post: @escaping @Sendable (ExecutionEvent) -> Void
    ) {
        self.executionCount = executionCount
        self.session = session
        self.allowsInput = allowsInput
        show = post
    }

    /// What the cell has written and shown so far.
    package var transcript: Transcript { shown.withLock { $0 } }

    /// Whether the cell was asked to stop.
    ///
    /// Cheap enough to read in a loop.
    package var isInterrupted: Bool { interrupted.load(ordering: .relaxed) }

    /// Calls `handler` once when the cell is interrupted, or immediately if it already was.
    ///
    /// The handler runs on the interrupting thread and should return at once.
    package func onInterrupt(_ handler: @escaping @Sendable () -> Void) {
        let isLate = interruptHandlers.withLock { handlers in
            if isInterrupted { return true }
            handlers.append(handler)
            return false
        }
        if isLate { handler() }
    }

    /// Asks the cell to stop, and wakes it if it is waiting for input.
    package func interrupt() {
        let handlers = interruptHandlers.withLock { handlers in
            interrupted.store(true, ordering: .sequentiallyConsistent)
            defer { handlers = [] }
            return handlers
        }
        for handler in handlers { handler() }
        input.withLock { _ in }
        input.wake()
    }

    /// Writes text.
    ///
    /// Consecutive pieces are combined into few messages, in order with all other output.
    package func write(_ text: String, to stream: OutputStream = .standardOutput) {
        guard !text.isEmpty else { return }
        post(.stream(stream, text))
    }

    /// Shows a value.
    ///
    /// - Parameters:
    ///   - bundle: the value's representations.
    ///   - id: an identifier by which the display can be updated.
    ///   - update: whether to replace the display with this `id` instead of showing a new one.
    ///   - transient: metadata for the front-end that is not saved in the notebook.
    package func display(
        _ bundle: MIMEBundle, id: String? = nil, update: Bool = false, transient: [String: JSON] = [:]
    ) {
        post(.display(bundle, id: id, update: update, transient: transient))
    }

    /// Clears the cell's output. With `wait`, clears it when the next output arrives, which avoids flicker.
    package func clearOutput(wait: Bool = false) {
        post(.clearOutput(wait: wait))
    }

    /// Opens a comm, sends a message over one or closes one, in order with all other output.
    ///
    /// Also valid after the cell has ended.
    package func send(_ event: CommEvent) {
        post(.comm(event))
    }

    private func post(_ event: ExecutionEvent) {
        shown.withLock { $0.add(event) }
        show(event)
    }

    /// Asks the user for a line of input and waits for it.
    ///
    /// - Parameter isSecret: whether the front-end hides what is typed.
    /// - Throws: ``InputError``.
    package func readLine(prompt: String, isSecret: Bool = false) throws(InputError) -> String {
        guard allowsInput else { throw .notAllowed }
        if isInterrupted { throw .interrupted }
        let isOpen = input.withLock { state in
            if case .closed = state { return false }
            state = .waiting
            return true
        }
        guard isOpen else { throw .ended }
        post(.input(prompt: prompt, isSecret: isSecret))
        let answer: InputState = input.wait { state in
            switch state {
            case .waiting where !isInterrupted: return nil
            case .closed: return state
            default:
                defer { state = .none }
                return state
            }
        }
        if case .failed(let error) = answer { throw error }
        if case .closed = answer { throw .ended }
        guard case .answered(let line) = answer else { throw .interrupted }
        return line
    }

    /// Answers the waiting ``readLine(prompt:isSecret:)``, if there is one.
    func answerInput(_ line: String) {
        finishInput(.answered(line))
    }

    /// Makes the waiting ``readLine(prompt:isSecret:)``, if there is one, throw `error`.
    func failInput(_ error: InputError) {
        finishInput(.failed(error))
    }

    /// Ends the cell: threads that it left running can no longer ask for input.
    func close() {
        input.withLock { $0 = .closed }
        input.wake()
    }

    private func finishInput(_ answer: InputState) {
        input.withLock { state in
            if case .waiting = state { state = answer }
        }
        input.wake()
    }
}

/// A standard stream to which a cell writes text.
package enum OutputStream: String, Hashable, Sendable {
    /// `stdout`.
    case standardOutput = "stdout"
    /// `stderr`.
    case standardError = "stderr"
}

/// An output or request of a cell that its front-end shows.
package enum ExecutionEvent: Sendable {
    /// The cell wrote text.
    case stream(OutputStream, String)
    /// The cell showed a value, or updated one.
    case display(MIMEBundle, id: String?, update: Bool, transient: [String: JSON])
    /// The cell cleared its output.
    case clearOutput(wait: Bool)
    /// The cell opened a comm, sent a message over one or closed one.
    case comm(CommEvent)
    /// The cell asks for a line of input and waits for it.
    case input(prompt: String, isSecret: Bool)
}

/// The reason why input could not be read.
package enum InputError: Error, Hashable, Sendable {
    /// The front-end does not support input.
    case notAllowed
    /// The cell was interrupted while it waited for input.
    case interrupted
    /// The front-end that asked for the cell has no open stdin channel.
    case noFrontEnd
    /// The cell has ended, but a thread that it left running asked for input.
    case ended

    /// The message for the user.
    package var message: String {
        switch self {
        case .notAllowed: "This front-end cannot be asked for input."
        case .interrupted: "The cell was interrupted while it waited for input."
        case .ended: "The cell has ended and can no longer ask for input."
        case .noFrontEnd: "The front-end that runs this cell cannot ask for input."
        }
    }
}

private enum InputState {
    case none
    case waiting
    case answered(String)
    case failed(InputError)
    case closed
}
