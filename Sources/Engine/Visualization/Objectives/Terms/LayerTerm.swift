import Compute
import Platform

/// One summand of an objective that is read from a layer's output, picture by picture.
///
/// It has a value, and a gradient with respect to the layer's output. One kind a file. Nothing is allocated when it
/// is evaluated.
protocol LayerTerm: Sendable {
    /// The term's value on one picture's output, and its gradient where that is wanted.
    ///
    /// - Parameters:
    ///   - output: `[rows, features]` of one picture.
    ///   - weight: what the term is multiplied with in the objective.
    ///   - gradient: `[rows, features]`; `weight` · ∂value/∂output is **added** to it.
    /// - Returns: the value, not multiplied with `weight`.
    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float
}

/// What a target selects: some features of some rows of a layer's output.
package struct SelectedElements: Sendable {
    /// The rows: tokens, or hidden units in their place.
    package let rows: [Int]
    /// The features of each row.
    package let features: [Int]
    /// How many features a row of the layer holds.
    package let rowLength: Int

    /// The elements that `target` selects in a layer of `shape`.
    ///
    /// - Throws: ``EngineError`` `.outOfRange`, `.invalidObjective`.
    package init(_ target: Target, in shape: LayerShape) throws(EngineError) {
        rows = try target.tokenIndices(in: shape)
        features = try target.featureIndices(in: shape)
        rowLength = shape.features
    }

    /// How many elements there are; at least one.
    var count: Int { rows.count * features.count }

    /// Copies the elements to `[rows, features]`, without what lies between them.
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

    /// Adds `factor` · `elements`, `[rows, features]`, to where the elements came from.
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
