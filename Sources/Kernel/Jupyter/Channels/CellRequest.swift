/// A request to run a cell.
struct CellRequest: Sendable {
    /// The request's message, which is the parent of all messages that the cell causes.
    let message: Message
    /// The message's content.
    let request: ExecuteRequest
    /// The number in front of the cell.
    let executionCount: Int

    /// The message's identifier.
    var id: String { message.header.id }
}
