import Compute
import Platform

/// The negative mean cosine of the picture's style and those of the other pictures of its sheet.
struct DiversityObjective: SheetObjective {
    var target: Target

    private enum CodingKeys: String, CodingKey { case target = "diversity" }

    static var key: String { CodingKeys.target.rawValue }

    func words(target words: (Target) -> String) -> String { "diversity of \(words(target))" }

    func term(of elements: SelectedElements, pictures: Int) throws(EngineError) -> any SheetTerm {
        try requireSheet("Diversity", pictures)
        return DiversityTerm(elements: elements)
    }
}

extension Objective {
    /// Returns the negative mean cosine of the picture's style and those of the other pictures of its sheet. See
    /// ``DiversityTerm``.
    public static func diversity(_ target: Target) -> Objective { Objective(DiversityObjective(target: target)) }
}

/// The difference of a picture's style from that of the sheet's other pictures.
///
///     G = Aᵀ A        A: the selected [tokens, features] of a picture
///     cos(i, j) = ⟨Gᵢ, Gⱼ⟩ / (‖Gᵢ‖ · ‖Gⱼ‖)
///     value of picture i = −1/(n − 1) · Σ_{j ≠ i} cos(i, j)
///     ∂value/∂Aᵢ = −2/(n − 1) · Aᵢ · Σ_{j ≠ i} (Ĝⱼ − cos(i, j) · Ĝᵢ) / ‖Gᵢ‖        Ĝ = G / ‖G‖
///
/// The mean of the pictures' values is the negative mean cosine of all pairs.
///
/// - Source: Olah et al. 2017, *Feature Visualization*; tensorflow/lucid, `lucid/optvis/objectives.py`, `diversity`,
///   which is −(n − 1) times that mean and is subtracted.
struct DiversityTerm: SheetTerm {
    let elements: SelectedElements

    private var rows: Int { elements.rows.count }
    private var width: Int { elements.features.count }
    private var gramCount: Int { width * width }

    /// The least sum of squares, which avoids a division by 0, as in Lucid.
    private static let leastSquares = 1e-10

    /// Ĝ, `[features, features]`, and ‖G‖.
    var summaryCount: Int { gramCount + 1 }
    /// The elements, their gradient, and that of G.
    var scratchCount: Int { 2 * elements.count + gramCount }

    func summarize(
        output: UnsafePointer<Float>, into summary: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        elements.gather(output, into: scratch)
        MatrixProduct.multiply(
            rows: width, columns: width, inner: rows, scratch, stride: width, transposeA: true, scratch, stride: width,
            into: summary, stride: width)
        let norm = Float(max(product(summary, summary), Self.leastSquares).squareRoot())
        for index in 0..<gramCount { summary[index] /= norm }
        summary[gramCount] = norm
    }

    func evaluate(
        place: Int, of pictures: Int, output: UnsafePointer<Float>, summaries: UnsafePointer<Float>, weight: Float,
        gradient: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
    ) -> Float {
        let own = summaries + place * summaryCount
        let (selected, selectedGradient) = (scratch, scratch + elements.count)
        let gramGradient = scratch + 2 * elements.count
        if gradient != nil { gramGradient.update(repeating: 0, count: gramCount) }
        var sum = 0.0
        for other in 0..<pictures where other != place {
            let its = summaries + other * summaryCount
            let cosine = product(own, its)
            sum += cosine
            guard gradient != nil else { continue }
            let share = Float(cosine)
            for index in 0..<gramCount { gramGradient[index] += its[index] - share * own[index] }
        }
        let value = Float(-sum / Double(pictures - 1))
        guard let gradient else { return value }
        elements.gather(output, into: selected)
        MatrixProduct.multiply(
            rows: rows, columns: width, inner: width, selected, stride: width, gramGradient, stride: width,
            into: selectedGradient, stride: width)
        let factor = -2 * weight / (own[gramCount] * Float(pictures - 1))
        elements.scatter(selectedGradient, times: factor, addingTo: gradient)
        return value
    }

    /// Returns ⟨a, b⟩ of two Gram matrices.
    private func product(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Double {
        var sum = 0.0
        for row in 0..<width {
            let (left, right) = (a + row * width, b + row * width)
            var lanes = Lanes()
            var index = 0
            while index + 8 <= width {
                lanes += left.lanes(index) * right.lanes(index)
                index += 8
            }
            var rest: Float = 0
            while index < width {
                rest += left[index] * right[index]
                index += 1
            }
            sum += Double(lanes.total) + Double(rest)
        }
        return sum
    }
}
