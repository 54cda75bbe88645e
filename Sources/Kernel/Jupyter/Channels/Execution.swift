import Platform
import Synchronization

/// One running cell, as the language sees it: where output goes, where input comes from, and whether
/// to stop.
///
/// Every function may be called from any thread. Output that comes after the cell's end is still
/// shown under it.
public final class Execution: Sendable {
    /// The number in front of the cell.
    public let executionCount: Int
    /// Whether the front-end can be asked for input.
    public let allowsInput: Bool
    /// The front-end that asked for the cell, as its messages say: each page that is loaded is another.
    public let session: String
    private let show: @Sendable (ExecutionEvent) -> Void
    private let shown = Mutex(Transcript())
    private let interrupted = Atomic<Bool>(false)
    private let interruptHandlers = Mutex<[@Sendable () -> Void]>([])
    private let input = Monitor<InputState>(.none)

    /// A cell whose output goes to `post`, in the order in which it is written.
    ///
    /// The channels make one for each request; tests of a language make their own.
    public init(
        executionCount: Int, allowsInput: Bool, session: String = "",
        post: @escaping @Sendable (ExecutionEvent) -> Void
    ) {
        self.executionCount = executionCount
        self.session = session
        self.allowsInput = allowsInput
        show = post
    }

    /// What the cell has written and shown so far.
    public var transcript: Transcript { shown.withLock { $0 } }

    /// Whether the cell was asked to stop.
    ///
    /// Cheap enough to be looked at in a loop.
    public var isInterrupted: Bool { interrupted.load(ordering: .relaxed) }

    /// Has `handler` called once when the cell is asked to stop, or now if it already was.
    ///
    /// It is called on the thread of whoever interrupts and should return at once.
    public func onInterrupt(_ handler: @escaping @Sendable () -> Void) {
        let isLate = interruptHandlers.withLock { handlers in
            if isInterrupted { return true }
            handlers.append(handler)
            return false
        }
        if isLate { handler() }
    }

    /// Asks the cell to stop, and wakes it when it waits for input.
    public func interrupt() {
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
    /// Pieces are gathered into few messages, in order with everything else.
    public func write(_ text: String, to stream: OutputStream = .standardOutput) {
        guard !text.isEmpty else { return }
        post(.stream(stream, text))
    }

    /// Shows a value.
    ///
    /// - Parameters:
    ///   - bundle: the value in its forms.
    ///   - id: a name by which the display can be updated.
    ///   - update: whether to replace what is displayed under `id` rather than show something new.
    ///   - transient: what the front-end should know and a saved notebook should not hold.
    public func display(
        _ bundle: MIMEBundle, id: String? = nil, update: Bool = false, transient: [String: JSON] = [:]
    ) {
        post(.display(bundle, id: id, update: update, transient: transient))
    }

    /// Clears the cell's output; with `wait`, only when the next output comes, which avoids flicker.
    public func clearOutput(wait: Bool = false) {
        post(.clearOutput(wait: wait))
    }

    /// Opens a comm, says something over one or closes one, in order with everything else.
    ///
    /// The cell need not run any more: what it opened is heard of through it.
    public func say(_ event: CommEvent) {
        post(.comm(event))
    }

    private func post(_ event: ExecutionEvent) {
        shown.withLock { $0.add(event) }
        show(event)
    }

    /// Asks the person at the front-end for a line, and waits for it.
    ///
    /// - Parameter isSecret: whether to hide what is typed.
    /// - Throws: ``InputError``.
    public func readLine(prompt: String, isSecret: Bool = false) throws(InputError) -> String {
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

    /// Answers the waiting ``readLine(prompt:isSecret:)``; without one, nothing happens.
    public func answerInput(_ line: String) {
        finishInput(.answered(line))
    }

    /// Has the waiting ``readLine(prompt:isSecret:)`` throw `error`; without one, nothing happens.
    public func failInput(_ error: InputError) {
        finishInput(.failed(error))
    }

    /// The cell has ended: what it left running can no longer ask for input.
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

/// Where text is written.
public enum OutputStream: String, Hashable, Sendable {
    /// `stdout`.
    case standardOutput = "stdout"
    /// `stderr`.
    case standardError = "stderr"
}

/// What a cell does that its front-end shows.
public enum ExecutionEvent: Sendable {
    /// It wrote text.
    case stream(OutputStream, String)
    /// It showed a value, or changed one that is shown.
    case display(MIMEBundle, id: String?, update: Bool, transient: [String: JSON])
    /// It cleared its output.
    case clearOutput(wait: Bool)
    /// It opened a comm, said something over one or closed one.
    case comm(CommEvent)
    /// It asks for a line and waits for it.
    case input(prompt: String, isSecret: Bool)
}

/// Why no line came.
public enum InputError: Error, Hashable, Sendable {
    /// The front-end said that it cannot be asked.
    case notAllowed
    /// The cell was interrupted while it waited.
    case interrupted
    /// The front-end that asked for the cell has no open stdin channel.
    case noFrontEnd
    /// The cell has ended, and something that it left running asks.
    case ended

    /// The error in the user's words.
    public var message: String {
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
