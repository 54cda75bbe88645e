import Foundation
import Platform

/// The negative squared distance to the neighbors in the sheet, which pulls them together.
struct AlignmentObjective: SheetObjective {
    var target: Target
    /// The factor by which it is weaker from one neighbor to the next.
    var decay: Float

    private enum CodingKeys: String, CodingKey { case target = "alignment", decay }

    static var key: String { CodingKeys.target.rawValue }

    func words(target words: (Target) -> String) -> String {
        "alignment of \(words(target))" + (decay == 2 ? "" : " (decay \(Objective.number(decay)))")
    }

    func term(of elements: SelectedElements, pictures: Int) throws(EngineError) -> any SheetTerm {
        try requireSheet("Alignment", pictures)
        guard decay.isFinite, decay >= 1 else {
            throw .invalidValue(what: "The alignment's decay", found: "\(decay)", expected: "1 or more")
        }
        return AlignmentTerm(elements, decay: decay)
    }
}

extension Objective {
    /// Returns the negative squared distance to the neighbors in the sheet, which pulls them together; `decay` times
    /// weaker from one neighbor to the next. See ``AlignmentTerm``.
    public static func alignment(_ target: Target, decay: Float = 2) -> Objective {
        Objective(AlignmentObjective(target: target, decay: decay))
    }
}

/// The nearness of a picture to its neighbors in the sheet, element by element.
///
///     value of picture i = −Σ_d decay^−d · Σ_{j = i ± d} 1/m · Σ (aᵢ − aⱼ)²        d = 1, 2, 3, 4
///     ∂value/∂aᵢ = −Σ_d decay^−d · Σ_j 2/m · (aᵢ − aⱼ)
///
/// a are the m selected elements. Pictures of neighboring objectives keep similar things in similar places. Pictures of
/// one seed get the same transforms; those of different seeds are shifted against each other at every step, so that less
/// of them can agree.
///
/// - Source: tensorflow/lucid, `lucid/optvis/objectives.py`, `alignment`, which counts each pair once.
struct AlignmentTerm: SheetTerm {
    let elements: SelectedElements
    /// decay^−d for d = 1, 2, 3, 4.
    private let weights: [Float]

    /// Creates the term.
    ///
    /// - Parameter decay: the factor by which the pull is weaker from one picture to the next.
    init(_ elements: SelectedElements, decay: Float) {
        self.elements = elements
        weights = (1...Self.reach).map { pow(decay, -Float($0)) }
    }

    /// The greatest distance in the sheet at which pictures are compared.
    private static let reach = 4

    /// The elements themselves.
    var summaryCount: Int { elements.count }
    var scratchCount: Int { elements.count }

    func summarize(
        output: UnsafePointer<Float>, into summary: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        elements.gather(output, into: summary)
    }

    func evaluate(
        place: Int, of pictures: Int, output: UnsafePointer<Float>, summaries: UnsafePointer<Float>, weight: Float,
        gradient: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
    ) -> Float {
        let own = summaries + place * summaryCount
        scratch.update(repeating: 0, count: summaryCount)
        var sum = 0.0
        for other in max(0, place - Self.reach)...min(pictures - 1, place + Self.reach) where other != place {
            let its = summaries + other * summaryCount
            let pull = weights[abs(other - place) - 1]
            var squares = 0.0
            for index in 0..<summaryCount {
                let difference = own[index] - its[index]
                squares += Double(difference) * Double(difference)
                scratch[index] += pull * difference
            }
            sum += Double(pull) * squares
        }
        if let gradient {
            elements.scatter(scratch, times: -2 * weight / Float(summaryCount), addingTo: gradient)
        }
        return Float(-sum / Double(summaryCount))
    }
}
