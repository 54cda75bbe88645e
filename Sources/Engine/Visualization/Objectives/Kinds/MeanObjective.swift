import Compute
import Platform

/// The mean over a target's tokens and features.
struct MeanObjective: LayerObjective {
    var target: Target

    private enum CodingKeys: String, CodingKey { case target = "mean" }

    static var key: String { CodingKeys.target.rawValue }
    var photographs: [PhotographReference] { [] }
    var isActivation: Bool { true }
    var isActivationPart: Bool { true }

    func words(target words: (Target) -> String) -> String { words(target) }

    func term(
        of elements: SelectedElements, in shape: LayerShape, references: ReferenceActivations
    ) throws(EngineError) -> any LayerTerm { SelectionTerm(elements, isMean: true) }
}

extension Objective {
    /// Returns the mean over the target's tokens and features.
    public static func mean(_ target: Target) -> Objective { Objective(MeanObjective(target: target)) }
}
