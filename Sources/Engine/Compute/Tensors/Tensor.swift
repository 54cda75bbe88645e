/// A dense, row-major array of 32-bit floats.
///
/// Tensors are values that carry data into and out of the engine. A render uses none: its
/// operations work on a ``Workspace`` that is allocated once.
public struct Tensor: Hashable, Sendable {
    /// The extent along each axis.
    public let shape: Shape

    /// The elements, last axis fastest.
    public var values: [Float]

    /// Creates a tensor of `values` in row-major order.
    ///
    /// - Precondition: there are as many values as `shape` holds.
    public init(_ values: [Float], shape: Shape) {
        precondition(values.count == shape.count, "\(values.count) values cannot fill \(shape)")
        self.shape = shape
        self.values = values
    }

    /// Creates a tensor whose every element is `value`.
    public init(repeating value: Float, shape: Shape) {
        self.init([Float](repeating: value, count: shape.count), shape: shape)
    }

    /// Returns the same elements in the same order under another shape.
    ///
    /// - Precondition: both shapes hold the same number of elements.
    public func reshaped(_ shape: Shape) -> Tensor {
        Tensor(values, shape: shape)
    }
}
