/// A request to run a cell, on its way through the kernel.
struct CellRequest: Sendable {
    /// The message; everything that the cell does is said to be caused by it.
    let message: Message
    /// What it asks.
    let request: ExecuteRequest
    /// The number in front of the cell.
    let executionCount: Int

    /// The request's own name.
    var id: String { message.header.id }
}
