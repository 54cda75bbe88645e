import Foundation
import Platform

/// The negative squared distance to the neighbors in the sheet, which pulls them together.
struct AlignmentObjective: SheetObjective {
    var target: Target
    /// How many times weaker it is from one neighbor to the next.
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
    /// The negative squared distance to the neighbors in the sheet, which pulls them together; `decay` times weaker
    /// from one neighbor to the next. See ``AlignmentTerm``.
    public static func alignment(_ target: Target, decay: Float = 2) -> Objective {
        Objective(AlignmentObjective(target: target, decay: decay))
    }
}

/// How near a picture is to its neighbors in the sheet, element by element.
///
///     value of picture i = −Σ_d decay^−d · Σ_{j = i ± d} 1/m · Σ (aᵢ − aⱼ)²        d = 1, 2, 3, 4
///     ∂value/∂aᵢ = −Σ_d decay^−d · Σ_j 2/m · (aᵢ − aⱼ)
///
/// a are the m selected elements. Pictures that move from one objective to another keep like things in like places.
/// Pictures of one seed are disturbed alike; those of different seeds are shifted against each other at every step,
/// which leaves them less to agree on.
///
/// - Source: tensorflow/lucid, `lucid/optvis/objectives.py`, `alignment`, which counts each pair once.
struct AlignmentTerm: SheetTerm {
    let elements: SelectedElements
    /// decay^−d for d = 1, 2, 3, 4.
    private let weights: [Float]

    /// - Parameter decay: how many times weaker the pull is from one picture to the next.
    init(_ elements: SelectedElements, decay: Float) {
        self.elements = elements
        weights = (1...Self.reach).map { pow(decay, -Float($0)) }
    }

    /// How far in the sheet neighbors are looked for.
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
