/// An event that another thread posts to the I/O thread.
enum LoopEvent: Sendable {
    /// A cell's output or request.
    case output(ExecutionEvent, of: CellRequest)
    /// A cell ended.
    case ended(CellRequest, CellEnding)
    /// A request was answered off the I/O thread.
    case answer(any MessageContent, to: Message, on: ConnectionFile.Channel)
    /// No more requests will arrive: the kernel ends when all earlier ones are done.
    case endOfInput
    /// All requests other than cells have been answered.
    case drained
    /// The kernel should end.
    case stop
}

extension LoopEvent {
    /// The approximate size in bytes of the message that it causes.
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
    /// The outcomes of the request's `user_expressions`.
    var expressions: [String: ExpressionOutcome] = [:]
    /// The language's state after the cell, see ``CellRunner/unsavedState``.
    var unsavedState: [String]
}
