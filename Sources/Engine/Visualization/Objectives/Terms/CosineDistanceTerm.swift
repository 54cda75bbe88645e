/// The negative mean cosine distance of tokens x to a photograph's r, token by token.
///
///     value = −1/n · Σ_t (1 − c)        c = ⟨x, r⟩ / (‖x‖ · ‖r‖)
///     ∂value/∂x = 1/n · (r / (‖x‖ · ‖r‖) − c · x / ‖x‖²)
///
/// A token of length 0, there or here, has c = 0 and no gradient.
///
/// - Source: the article *Transformer and Mixer Features*, whose update is printed with the wrong sign: the
///   distance is descended.
struct CosineDistanceTerm: LayerTerm {
    let elements: SelectedElements
    /// `[rows, features]`.
    private let reference: [Float]
    /// ‖r‖ for each row.
    private let lengths: [Double]

    init(_ elements: SelectedElements, reference: [Float]) {
        let width = elements.features.count
        self.elements = elements
        self.reference = reference
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
                sum += 1
                continue
            }
            let cosine = product / sizes
            sum += 1 - cosine
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
