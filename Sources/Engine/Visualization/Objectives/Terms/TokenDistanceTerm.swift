import Compute

/// The negative mean distance of tokens x to a photograph's r, token by token.
///
///     value = −1/n · Σ_t ‖x − r‖        ∂value/∂x = 1/n · (r − x) / ‖x − r‖, and 0 where x = r
///
/// - Source: Hamblin et al. 2024, "Feature Accentuation", arXiv:2402.10039: the regularization; `l2_compare` in the
///   authors' faccent.
struct TokenDistanceTerm: LayerTerm {
    let elements: SelectedElements
    /// `[rows, features]`.
    let reference: [Float]

    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        var sum = 0.0
        let width = elements.features.count
        let seed = Double(weight) / Double(elements.rows.count)
        for (index, row) in elements.rows.enumerated() {
            let x = output + row * elements.rowLength
            let first = index * width
            var squares = 0.0
            for (place, feature) in elements.features.enumerated() {
                let difference = Double(reference[first + place]) - Double(x[feature])
                squares += difference * difference
            }
            let distance = squares.squareRoot()
            sum += distance
            guard let gradient, distance > 0 else { continue }
            let factor = Float(seed / distance)
            for (place, feature) in elements.features.enumerated() {
                gradient[row * elements.rowLength + feature] += factor * (reference[first + place] - x[feature])
            }
        }
        return Float(-sum / Double(elements.rows.count))
    }
}
