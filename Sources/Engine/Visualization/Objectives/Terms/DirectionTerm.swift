import Foundation
import Platform

/// The extent of each token's features x in the direction of a vector v, averaged over the n tokens.
///
///     value = 1/n · Σ_t d · max(.1, c)^p        d = ⟨x, v⟩        c = d / (ε + ‖x‖) / (ε + ‖v‖)        ε = 10⁻⁴
///
/// With p = 0 it is the dot product, and the gradient is v / n. A larger p weighs the direction more and the length
/// less: with f = max(.1, c)^p,
///
///     ∂/∂x = f · v + d · p · c^(p−1) · (v / (ε + ‖x‖) / (ε + ‖v‖) − c / (ε + ‖x‖) · x / ‖x‖)
///
/// where the second summand is present only for c > .1.
///
/// - Source: tensorflow/lucid, `lucid/optvis/objectives.py`, `direction` and `_dot_cossim`.
struct DirectionTerm: LayerTerm {
    let elements: SelectedElements
    /// `[rows, features]`, or `[features]` for every row.
    private let vectors: [Float]
    /// The distance from one row's vector to the next: 0 if all rows have the same.
    private let stride: Int
    /// ε + ‖v‖ of each row's vector.
    private let lengths: [Float]
    private let power: Float

    private static let epsilon: Float = 1e-4
    /// The least value of the cosine, so that a picture has a gradient at the start.
    private static let leastCosine: Float = 0.1

    /// Creates the term for one vector for every row, or a vector for each.
    ///
    /// - Parameter vectors: `[features]` or `[rows, features]`.
    init(_ elements: SelectedElements, vectors: [Float], power: Float) {
        let width = elements.features.count
        let count = vectors.count / width
        self.elements = elements
        self.vectors = vectors
        self.power = power
        stride = count == 1 ? 0 : width
        lengths = elements.rows.indices.map { row in
            let vector = vectors[(count == 1 ? 0 : row) * width..<(count == 1 ? 1 : row + 1) * width]
            let squares = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
            return Float(squares.squareRoot()) + Self.epsilon
        }
    }

    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        vectors.withUnsafeBufferPointer { buffer in
            guard let vectors = buffer.baseAddress else { return 0 }
            var sum = 0.0
            for (index, row) in elements.rows.enumerated() {
                let start = row * elements.rowLength
                sum += Double(
                    evaluate(
                        output + start, vectors + index * stride, vectorLength: lengths[index],
                        weight: weight / Float(elements.rows.count), gradient: gradient.map { $0 + start }))
            }
            return Float(sum / Double(elements.rows.count))
        }
    }

    /// Returns one token's d · max(.1, c)^p.
    private func evaluate(
        _ x: UnsafePointer<Float>, _ vector: UnsafePointer<Float>, vectorLength: Float, weight: Float,
        gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        var (product, squares) = (0.0, 0.0)
        for (place, feature) in elements.features.enumerated() {
            product += Double(x[feature]) * Double(vector[place])
            squares += Double(x[feature]) * Double(x[feature])
        }
        let dot = Float(product)
        let size = Float(squares.squareRoot())
        let length = size + Self.epsilon
        let cosine = dot / length / vectorLength
        let factor = pow(max(Self.leastCosine, cosine), power)
        guard let gradient else { return dot * factor }
        var along = factor
        var across: Float = 0
        if power != 0, cosine > Self.leastCosine {
            let slope = dot * power * pow(cosine, power - 1)
            along += slope / length / vectorLength
            across = size > 0 ? slope * cosine / length / size : 0
        }
        for (place, feature) in elements.features.enumerated() {
            gradient[feature] += weight * (along * vector[place] - across * x[feature])
        }
        return dot * factor
    }

    /// Throws if a power of the cosine is invalid.
    static func validate(power: Float) throws(EngineError) {
        guard power.isFinite, power >= 0 else {
            throw .invalidValue(what: "The power of the cosine", found: "\(power)", expected: "0 or more")
        }
    }

    /// Returns what a power of the cosine adds to a formula.
    static func words(ofPower power: Float) -> String {
        power == 0 ? "" : " × max(0.1, cos)" + (power == 1 ? "" : "^\(Objective.number(power))")
    }
}
