import Compute

/// A set of photographs whose activations a picture imitates, as a recipe names them.
public struct PhotographSet: Codable, Hashable, Sendable {
    /// The name of the set: its folder.
    public var name: String
    /// The photographs, identified by their pixels.
    public var photographs: [PhotographReference]

    /// Creates a set of photographs with a name.
    public init(name: String, photographs: [PhotographReference]) {
        self.name = name
        self.photographs = photographs
    }
}

extension Tensor {
    /// Returns `[rows, features]` with each feature's values in ascending order.
    ///
    /// - Precondition: it has two extents.
    func sortedByFeature() -> Tensor {
        let (rows, features) = (shape[0], shape[1])
        var sorted = values
        for feature in 0..<features {
            let column = (0..<rows).map { values[$0 * features + feature] }.sorted()
            for row in 0..<rows { sorted[row * features + feature] = column[row] }
        }
        return Tensor(sorted, shape: shape)
    }
}
