import Compute
import Platform
import Visualization

/// How strongly a target answers in each of its patches: the mean over its features.
struct PatchScores {
    /// How the patches lie.
    let layout: TokenLayout
    private let target: Target
    private let patches: [Int]
    private let features: [Int]
    private let featureCount: Int
    private let factor: Float

    /// The scores of an objective that is a target or a multiple of one; nil where it is something else or its target
    /// has no patches.
    ///
    /// - Throws: as ``Target/validate(in:)``.
    init?(
        of objective: Objective, shape: (String) throws(EngineError) -> LayerShape
    ) throws(EngineError) {
        guard let (target, factor) = objective.onlyTarget else { return nil }
        guard case .tokens(let layout, let featureCount) = try shape(target.layer) else { return nil }
        let tokens = try target.tokenIndices(in: .tokens(layout, features: featureCount))
        patches = tokens.filter { $0 >= layout.firstPatch }.map { $0 - layout.firstPatch }
        guard !patches.isEmpty else { return nil }
        features = try target.featureIndices(in: .tokens(layout, features: featureCount))
        self.layout = layout
        self.target = target
        self.factor = factor
        self.featureCount = featureCount
    }

    /// The patch in which one picture of a batch answers most.
    func strongest(on executor: any Executor, picture: Int) -> (patch: PatchPlace, value: Float)? {
        let output = executor.output(target.layer)
        let start = picture * layout.count * featureCount
        var best: (patch: Int, value: Float)?
        for patch in patches {
            let row = start + (layout.firstPatch + patch) * featureCount
            let sum = features.reduce(0.0) { $0 + Double(output[row + $1]) }
            let value = factor * Float(sum / Double(features.count))
            if best.map({ value > $0.value }) ?? true { best = (patch, value) }
        }
        return best.map { (PatchPlace($0.patch, in: layout), $0.value) }
    }
}

extension Objective {
    /// The target of an objective that has one alone, and what its value is multiplied with.
    fileprivate var onlyTarget: (target: Target, factor: Float)? {
        switch self {
        case .summand(let summand): summand.activationTarget.map { ($0, 1) }
        case .named(_, let objective): objective.onlyTarget
        case .weighted(let factor, let objective): objective.onlyTarget.map { ($0.target, factor * $0.factor) }
        case .plus(let objectives): objectives.count == 1 ? objectives[0].onlyTarget : nil
        }
    }
}
