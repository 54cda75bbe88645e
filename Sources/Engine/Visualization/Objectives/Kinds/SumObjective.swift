import Compute
import Platform

/// The sum over a target's tokens and features.
struct SumObjective: LayerObjective {
    var target: Target

    private enum CodingKeys: String, CodingKey { case target = "sum" }

    static var key: String { CodingKeys.target.rawValue }
    var photographs: [PhotographReference] { [] }
    var isActivation: Bool { true }
    var isActivationPart: Bool { true }

    func words(target words: (Target) -> String) -> String { "sum of \(words(target))" }

    func term(
        of elements: SelectedElements, in shape: LayerShape, references: ReferenceActivations
    ) throws(EngineError) -> any LayerTerm { SelectionTerm(elements, isMean: false) }
}

extension Objective {
    /// Returns the sum over the target's tokens and features.
    public static func sum(_ target: Target) -> Objective { Objective(SumObjective(target: target)) }
}
