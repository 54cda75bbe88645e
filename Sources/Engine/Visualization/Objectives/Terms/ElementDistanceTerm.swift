/// The negative mean distance of some elements a to a photograph's r, element by element.
///
///     L1: value = −1/n · Σ |a − r|        ∂value/∂a = sign(r − a) / n, and 0 where a = r
///     L2: value = −1/n · Σ (a − r)²       ∂value/∂a = 2 (r − a) / n
///
/// - Source: Mahendran and Vedaldi 2015, arXiv:1412.0035, for L2; the article *Transformer and Mixer Features* for L1.
struct ElementDistanceTerm: LayerTerm {
    let elements: SelectedElements
    /// `[rows, features]`.
    let reference: [Float]
    let isSquared: Bool

    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        var sum = 0.0
        var place = 0
        let seed = weight / Float(elements.count)
        for row in elements.rows {
            let start = row * elements.rowLength
            for feature in elements.features {
                let difference = reference[place] - output[start + feature]
                place += 1
                sum += isSquared ? Double(difference) * Double(difference) : Double(abs(difference))
                guard let gradient, difference != 0 else { continue }
                gradient[start + feature] += isSquared ? 2 * seed * difference : difference > 0 ? seed : -seed
            }
        }
        return Float(-sum / Double(elements.count))
    }
}
