import Platform

/// A language implementation, which runs cells and answers questions about code.
///
/// The channels know nothing else about the language. ``execute(_:in:)`` and ``evaluate(_:in:)`` are called
/// one at a time on the worker thread of a shell or subshell, and may take any amount of time. The other
/// functions are called on other threads, even while a cell runs, and should return at once.
package protocol CellRunner: AnyObject, Sendable {
    /// The kernel's description of itself and its language.
    var language: LanguageInformation { get }

    /// Runs one cell to its end.
    ///
    /// Output goes through `execution` as it is produced. An interrupted cell fails with
    /// ``CellFailure/interrupted``.
    func execute(_ code: String, in execution: Execution) -> CellOutcome

    /// Evaluates the `user_expressions` of a request after its cell has succeeded.
    func evaluate(_ expressions: [String: String], in execution: Execution) -> [String: ExpressionOutcome]

    /// Returns the completions at `cursor`, which is counted in Unicode scalars from the start of `code`.
    func complete(_ code: String, cursor: Int) -> Completions

    /// Returns documentation of the name at `cursor`, counted in Unicode scalars; `nil` if there is none.
    ///
    /// - Parameter detail: 0 for a summary, 1 for everything.
    func inspect(_ code: String, cursor: Int, detail: Int) -> MIMEBundle?

    /// Returns whether `code` is a complete cell.
    func completeness(of code: String) -> Completeness

    /// The state that would be lost if the kernel ended now, in words: “the variables a, b”.
    ///
    /// Read after each cell, on the cell's thread.
    var unsavedState: [String] { get }

    /// The target of each open comm, by the comm's identifier.
    var openComms: [String: String] { get }

    /// Handles a comm that a front-end opened or closed, or a message that it sent over one.
    ///
    /// - Returns: the events to publish before the kernel reports that it is idle. Later ones can be sent through an
    ///   ``Execution``.
    func receive(_ event: CommEvent) -> [CommEvent]

    /// Interrupts the running cell, after ``Execution/isInterrupted`` has been set.
    ///
    /// The default implementation does nothing.
    func interrupt()
}

extension CellRunner {
    /// Does nothing.
    package func interrupt() {}

    /// No state.
    package var unsavedState: [String] { [] }

    /// No comms.
    package var openComms: [String: String] { [:] }

    /// Closes every comm that is opened, because no target is known.
    package func receive(_ event: CommEvent) -> [CommEvent] { event.refusal }

    /// Returns no values.
    package func evaluate(_ expressions: [String: String], in execution: Execution) -> [String:
        ExpressionOutcome]
    {
        [:]
    }
}

/// How a cell ended.
package enum CellOutcome: Sendable {
    /// It ran to its end. `result` is the value of its last expression; `payload` holds front-end
    /// actions such as ``Payload/page(_:start:)``.
    case success(result: MIMEBundle?, payload: [JSON] = [])
    /// It stopped at an error.
    case failure(CellFailure)
}

/// An error as a front-end shows it.
package struct CellFailure: Error, Hashable, Sendable {
    /// The kind of error, in one or two words.
    package var name: String
    /// What happened, in terms that the user knows.
    package var message: String
    /// The lines to show, which may contain ANSI colors.
    package var traceback: [String]

    /// Creates a failure with the given name.
    package init(name: String, message: String, traceback: [String]) {
        self.name = name
        self.message = message
        self.traceback = traceback
    }

    /// The failure of a cell that was interrupted.
    package static let interrupted = CellFailure(
        name: "Interrupted", message: "The cell was interrupted.", traceback: ["Interrupted"])
}

/// The outcome of evaluating one of a request's `user_expressions`.
package enum ExpressionOutcome: Sendable {
    /// The expression's value.
    case value(MIMEBundle)
    /// The reason why it has no value.
    case failure(CellFailure)
}

/// The completions at the cursor.
package struct Completions: Hashable, Sendable {
    /// The texts, any of which can replace `start..<end`.
    package var matches: [String]
    /// Where the replaced text starts, in Unicode scalars.
    package var start: Int
    /// Where the replaced text ends, in Unicode scalars.
    package var end: Int
    /// More about the matches, such as `_jupyter_types_experimental`.
    package var metadata: [String: JSON]

    /// Creates completions that replace `start..<end`.
    package init(matches: [String], start: Int, end: Int, metadata: [String: JSON] = [:]) {
        self.matches = matches
        self.start = start
        self.end = end
        self.metadata = metadata
    }
}

/// Whether code is a complete cell.
package enum Completeness: Hashable, Sendable {
    /// The code can run.
    case complete
    /// The code needs more lines, the next of which starts with `indent`.
    case incomplete(indent: String)
    /// The code cannot run, whatever follows it.
    case invalid
    /// Completeness cannot be determined.
    case unknown
}
