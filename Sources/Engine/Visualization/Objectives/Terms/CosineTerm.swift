/// The cosine of tokens x with given vectors r, averaged over the n tokens, less a constant.
///
///     value = 1/n · Σ_t (c − s)        c = ⟨x, r⟩ / (‖x‖ · ‖r‖)
///     ∂value/∂x = 1/n · (r / (‖x‖ · ‖r‖) − c · x / ‖x‖²)
///
/// With s = 1 it is the negative cosine distance. A token of length 0, in either, has c = 0 and no gradient.
///
/// - Source: the article *Transformer and Mixer Features*, whose update of the distance is printed with the wrong sign:
///   it is descended.
struct CosineTerm: LayerTerm {
    let elements: SelectedElements
    /// `[rows, features]`.
    private let reference: [Float]
    /// ‖r‖ for each row.
    private let lengths: [Double]
    private let shift: Double

    /// Creates the mean cosine of the elements' rows with `reference`, `[rows, features]`.
    ///
    /// - Parameter isDistance: whether it is the negative distance, c − 1, instead of the cosine itself.
    init(_ elements: SelectedElements, reference: [Float], isDistance: Bool) {
        let width = elements.features.count
        self.elements = elements
        self.reference = reference
        shift = isDistance ? 1 : 0
        lengths = elements.rows.indices.map { row in
            reference[row * width..<(row + 1) * width].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        }
    }

    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        var sum = 0.0
        let width = elements.features.count
        let seed = Double(weight) / Double(elements.rows.count)
        for (index, row) in elements.rows.enumerated() {
            let x = output + row * elements.rowLength
            let first = index * width
            var (product, squares) = (0.0, 0.0)
            for (place, feature) in elements.features.enumerated() {
                product += Double(x[feature]) * Double(reference[first + place])
                squares += Double(x[feature]) * Double(x[feature])
            }
            let sizes = squares.squareRoot() * lengths[index]
            if sizes == 0 {
                sum += shift
                continue
            }
            let cosine = product / sizes
            sum += shift - cosine
            guard let gradient else { continue }
            let (along, across) = (Float(seed / sizes), Float(seed * cosine / squares))
            for (place, feature) in elements.features.enumerated() {
                gradient[row * elements.rowLength + feature] +=
                    along * reference[first + place] - across * x[feature]
            }
        }
        return Float(-sum / Double(elements.rows.count))
    }
}
