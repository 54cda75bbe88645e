/// A language behind the channels: what runs cells and answers questions about code.
///
/// The channels know nothing else of the language. ``execute(_:in:)`` and ``evaluate(_:in:)`` are called
/// one at a time, on the worker thread of a (sub)shell, and may take as long as they like. The other
/// functions are called on another thread, also while a cell runs, and should return at once.
public protocol CellRunner: AnyObject, Sendable {
    /// What the kernel says of itself and its language.
    var language: LanguageInformation { get }

    /// Runs one cell to its end.
    ///
    /// Output goes through `execution` as it comes. An interrupted cell fails with
    /// ``CellFailure/interrupted``.
    func execute(_ code: String, in execution: Execution) -> CellOutcome

    /// Evaluates the `user_expressions` of a request, after its cell succeeded.
    func evaluate(_ expressions: [String: String], in execution: Execution) -> [String: ExpressionOutcome]

    /// What could stand at `cursor`, counted in Unicode scalars from the start of `code`.
    func complete(_ code: String, cursor: Int) -> Completions

    /// What is known of the name at `cursor`, counted in Unicode scalars; `nil` when nothing is.
    ///
    /// - Parameter detail: 0 for a summary, 1 for everything.
    func inspect(_ code: String, cursor: Int, detail: Int) -> MIMEBundle?

    /// Whether `code` is a whole cell.
    func completeness(of code: String) -> Completeness

    /// What would be lost if the kernel ended now, in words: “the variables a, b”.
    ///
    /// Asked for after each cell, on its thread.
    var holdings: [String] { get }

    /// The comms that are open, and the target of each, by the comms' names.
    var openComms: [String: String] { get }

    /// A front-end opened a comm, said something over one or closed one.
    ///
    /// - Returns: what is to be said before the kernel is done with it; more can be said through an ``Execution``.
    func receive(_ event: CommEvent) -> [CommEvent]

    /// The running cell was asked to stop; ``Execution/isInterrupted`` already says so. Nothing need
    /// be done here.
    func interrupt()
}

extension CellRunner {
    /// Nothing.
    public func interrupt() {}

    /// Nothing.
    public var holdings: [String] { [] }

    /// None.
    public var openComms: [String: String] { [:] }

    /// Closes what is opened: no target is known.
    public func receive(_ event: CommEvent) -> [CommEvent] { event.refusal }

    /// Nothing: no expressions are known.
    public func evaluate(_ expressions: [String: String], in execution: Execution) -> [String:
        ExpressionOutcome]
    {
        [:]
    }
}

/// How a cell ended.
public enum CellOutcome: Sendable {
    /// It ran to its end. `result` is the value of its last expression; `payload` holds front-end
    /// actions such as ``Payload/page(_:start:)``.
    case success(result: MIMEBundle?, payload: [JSON] = [])
    /// It stopped at an error.
    case failure(CellFailure)
}

/// An error as a front-end shows it.
public struct CellFailure: Error, Hashable, Sendable {
    /// The kind of error, in one or two words.
    public var name: String
    /// What happened, in the user's words.
    public var message: String
    /// The lines that are shown; ANSI colors are allowed.
    public var traceback: [String]

    /// An error of this name.
    public init(name: String, message: String, traceback: [String]) {
        self.name = name
        self.message = message
        self.traceback = traceback
    }

    /// The cell was asked to stop and did.
    public static let interrupted = CellFailure(
        name: "Interrupted", message: "The cell was interrupted.", traceback: ["Interrupted"])
}

/// What became of one of a request's `user_expressions`.
public enum ExpressionOutcome: Sendable {
    /// Its value.
    case value(MIMEBundle)
    /// Why it has none.
    case failure(CellFailure)
}

/// What could stand at the cursor.
public struct Completions: Hashable, Sendable {
    /// The texts, each of which would replace `start..<end`.
    public var matches: [String]
    /// Where the replaced text starts, in Unicode scalars.
    public var start: Int
    /// Where the replaced text ends, in Unicode scalars.
    public var end: Int
    /// More about the matches, such as `_jupyter_types_experimental`.
    public var metadata: [String: JSON]

    /// Texts that would replace `start..<end`.
    public init(matches: [String], start: Int, end: Int, metadata: [String: JSON] = [:]) {
        self.matches = matches
        self.start = start
        self.end = end
        self.metadata = metadata
    }
}

/// Whether code is a whole cell.
public enum Completeness: Hashable, Sendable {
    /// It can run.
    case complete
    /// It needs more lines, the next of which starts with `indent`.
    case incomplete(indent: String)
    /// It can never run, whatever follows.
    case invalid
    /// It cannot be told.
    case unknown
}
