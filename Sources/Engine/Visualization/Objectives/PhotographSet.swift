import Compute

/// Photographs whose activations together are the model of a picture's, as a recipe names them.
public struct PhotographSet: Codable, Hashable, Sendable {
    /// What people call them: their folder.
    public var name: String
    /// The photographs, each known by its pixels.
    public var photographs: [PhotographReference]

    /// These photographs under a name.
    public init(name: String, photographs: [PhotographReference]) {
        self.name = name
        self.photographs = photographs
    }
}

extension Tensor {
    /// `[rows, features]` with each feature's values in ascending order.
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
