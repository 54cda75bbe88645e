/// A kind of model: how to know it by its tensors, and how to write it as a graph.
protocol ModelFamily: Sendable {
    /// What people call it: "vision transformer".
    static var name: String { get }
    /// By which tensors it is recognised, for the error that says what was looked for.
    static var lookedFor: String { get }

    /// Whether a checkpoint's tensors are of this family.
    static func recognises(_ checkpoint: any Checkpoint) -> Bool

    /// Writes the model as a graph, its sizes read off the tensors.
    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint
}

/// What a family makes of a checkpoint.
struct Blueprint {
    /// Rows of the input in pixels.
    let height: Int
    /// Columns of the input in pixels.
    let width: Int
    /// The side of a patch in pixels.
    let patch: Int
    /// What the model computes.
    let graph: Graph
}

extension ModelFamily {
    /// The features and the patch size that a patch embedding's weight `[features, 3, patch, patch]` has.
    ///
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)`` when it is of another form.
    static func patchSizes(
        _ weights: WeightReader, _ name: String
    ) throws(EngineError) -> (features: Int, patch: Int) {
        guard let shape = weights.shape("weight") else {
            throw .missingTensors(path: weights.checkpoint.path, names: ["\(name).weight"], count: 1)
        }
        guard shape.rank == 4, shape[1] == 3, shape[2] == shape[3], shape.count > 0 else {
            let found = shape.rank == 4 ? shape : [0, 0, 0, 0]
            throw .shapeMismatch(
                place: "The tensor “\(name).weight” of “\(weights.checkpoint.path)”",
                expected: [max(found[0], 1), 3, max(found[2], 1), max(found[2], 1)], found: shape)
        }
        return (shape[0], shape[2])
    }

    /// The rows and columns of a square grid of `patches`.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` when they make no square.
    static func squareSide(_ patches: Int) throws(EngineError) -> Int {
        let side = Int(Double(max(patches, 0)).squareRoot().rounded())
        guard side > 0, side * side == patches else {
            throw .invalidValue(
                what: "The number of patches", found: "\(patches)",
                expected: "a square, such as 196 = 14 × 14")
        }
        return side
    }
}
