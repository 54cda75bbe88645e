import Compute
import Platform

/// The elements that a target selects: some features of some rows of a layer's output.
package struct SelectedElements: Sendable {
    /// The rows: tokens, or hidden units in their place.
    package let rows: [Int]
    /// The features of each row.
    package let features: [Int]
    /// The number of features in a row of the layer.
    package let rowLength: Int

    /// Creates the selection of `target` in a layer of `shape`.
    ///
    /// - Throws: ``EngineError`` `.outOfRange`, `.invalidObjective`.
    package init(_ target: Target, in shape: LayerShape) throws(EngineError) {
        rows = try target.tokenIndices(in: shape)
        features = try target.featureIndices(in: shape)
        rowLength = shape.features
    }

    /// The number of elements; at least one.
    var count: Int { rows.count * features.count }

    /// Copies the elements to `[rows, features]`, without the others between them.
    func gather(_ output: UnsafePointer<Float>, into elements: UnsafeMutablePointer<Float>) {
        var place = 0
        for row in rows {
            let start = output + row * rowLength
            for feature in features {
                elements[place] = start[feature]
                place += 1
            }
        }
    }

    /// Adds `factor` · `elements`, `[rows, features]`, at the places that the elements came from.
    func scatter(
        _ elements: UnsafePointer<Float>, times factor: Float, addingTo gradient: UnsafeMutablePointer<Float>
    ) {
        var place = 0
        for row in rows {
            let start = gradient + row * rowLength
            for feature in features {
                start[feature] += factor * elements[place]
                place += 1
            }
        }
    }
}
