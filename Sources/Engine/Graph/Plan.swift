/// What an executor runs: the operations that the objective needs, in order, and the memory they take.
///
/// TODO: built by the graph.
public struct Plan: Sendable {
    /// How many pictures are computed together.
    public let batch: Int
}
