/// The extent of a tensor along each axis, slowest first.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// The extents. An empty array is a scalar.
    public var dimensions: [Int]

    /// Creates a shape of these extents.
    public init(_ dimensions: [Int]) {
        self.dimensions = dimensions
    }

    /// Creates a shape of these extents.
    public init(arrayLiteral dimensions: Int...) {
        self.dimensions = dimensions
    }

    /// The number of elements of a tensor of this shape.
    public var count: Int { dimensions.reduce(1, *) }

    /// The number of axes.
    public var rank: Int { dimensions.count }

    /// The extent along `axis`; negative axes count from the end.
    public subscript(axis: Int) -> Int {
        dimensions[axis < 0 ? dimensions.count + axis : axis]
    }
}

extension Shape: CustomStringConvertible {
    /// The extents with a multiplication sign between them: "197 × 768".
    public var description: String {
        dimensions.isEmpty ? "scalar" : dimensions.map(String.init).joined(separator: " × ")
    }
}
