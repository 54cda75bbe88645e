/// One summand of an objective that has been resolved against a layer.
///
/// It has a value, and a gradient with respect to the layer's output. One kind a file.
protocol ObjectiveTerm: Sendable {
    /// The term's value on one picture's output, and its gradient where that is wanted.
    ///
    /// - Parameters:
    ///   - output: `[tokens, features]` of one picture.
    ///   - weight: what the term is multiplied with in the objective.
    ///   - gradient: `[tokens, features]`; `weight` · ∂value/∂output is **added** to it.
    /// - Returns: the value, not multiplied with `weight`.
    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float
}

/// The mean or the sum of some features of some tokens.
///
///     value = scale · Σ_t Σ_f output[t, f]        ∂value/∂output[t, f] = scale
///
/// With `scale` 1 it is the sum, with 1 / (tokens · features) the mean.
struct SelectionTerm: ObjectiveTerm {
    let tokens: [Int]
    let features: [Int]
    /// How many features a row of the layer holds.
    let rowLength: Int
    let scale: Float

    /// The selection that `target` makes in a layer.
    init(_ target: Target, in shape: LayerShape, isMean: Bool) throws(EngineError) {
        tokens = try target.tokenIndices(in: shape)
        features = try target.featureIndices(in: shape)
        rowLength = shape.features
        scale = isMean ? 1 / Float(tokens.count * features.count) : 1
    }

    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        // Tens of thousands of summands lose digits in a float.
        var sum = 0.0
        let seed = scale * weight
        for token in tokens {
            let row = token * rowLength
            for feature in features { sum += Double(output[row + feature]) }
            guard let gradient else { continue }
            for feature in features { gradient[row + feature] += seed }
        }
        return Float(sum * Double(scale))
    }
}
