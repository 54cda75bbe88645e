/// The mean or the sum of some features of some tokens.
///
///     value = scale · Σ_t Σ_f output[t, f]        ∂value/∂output[t, f] = scale
///
/// With `scale` 1 it is the sum, with 1 / (tokens · features) the mean.
struct SelectionTerm: LayerTerm {
    let elements: SelectedElements
    let scale: Float

    /// Creates the mean of the elements, or their sum.
    init(_ elements: SelectedElements, isMean: Bool) {
        self.elements = elements
        scale = isMean ? 1 / Float(elements.count) : 1
    }

    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        // Tens of thousands of summands lose digits in a float.
        var sum = 0.0
        let seed = scale * weight
        for row in elements.rows {
            let start = row * elements.rowLength
            for feature in elements.features { sum += Double(output[start + feature]) }
            guard let gradient else { continue }
            for feature in elements.features { gradient[start + feature] += seed }
        }
        return Float(sum * Double(scale))
    }
}
