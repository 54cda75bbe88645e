/// An error of the engine, as data.
///
/// The cases are errors that any module may throw. An error that only one module throws is that module's own
/// ``UserFacingError`` and travels in ``other(_:)``.
public enum EngineError: UserFacingError {
    /// An index lies outside `0..<count`. `what` is "neuron", "patch", "block", "class", "row" …
    case outOfRange(what: String, index: Int, count: Int, place: String)
    /// There is no file at this path.
    case fileMissing(path: String)
    /// The file cannot be read.
    case fileUnreadable(path: String, reason: String)
    /// The file cannot be written.
    case fileUnwritable(path: String, reason: String)
    /// The file is not a readable checkpoint.
    case notACheckpoint(path: String, reason: String)
    /// The work needs more memory than is available.
    case tooLarge(what: String, neededBytes: Int, availableBytes: Int)
    /// A value is invalid. `what` is the argument in the user's words.
    case invalidValue(what: String, found: String, expected: String)
    /// The work was interrupted.
    case cancelled
    /// An error of a module above, as that module's own type.
    case other(AnyUserFacingError)
}
