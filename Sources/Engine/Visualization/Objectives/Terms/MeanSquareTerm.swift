/// The mean of the squares of some elements.
///
///     value = 1/n · Σ a²        ∂value/∂a = 2a / n
///
/// - Source: Mordvintsev et al. 2015, *Inceptionism*; Lucid's `deepdream`.
struct MeanSquareTerm: LayerTerm {
    let elements: SelectedElements

    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        var sum = 0.0
        let seed = 2 * weight / Float(elements.count)
        for row in elements.rows {
            let start = row * elements.rowLength
            for feature in elements.features {
                let value = output[start + feature]
                sum += Double(value) * Double(value)
                gradient?[start + feature] += seed * value
            }
        }
        return Float(sum / Double(elements.count))
    }
}
