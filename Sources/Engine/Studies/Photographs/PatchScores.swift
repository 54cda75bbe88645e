import Compute
import Platform
import Visualization

/// A target's value in each of its patches: the mean over its features.
struct PatchScores {
    /// The layout of the patches.
    let layout: TokenLayout
    private let layer: LayerIndex
    private let patches: [Int]
    private let features: [Int]
    private let featureCount: Int
    private let factor: Float

    /// Creates the scores of an objective that is a target or a multiple of one; nil if it is something else or its
    /// target has no patches.
    ///
    /// - Parameter layers: the layers that are read; the target's is added.
    /// - Throws: the errors of ``Target/validate(in:)``.
    init?(
        of objective: Objective, layers: inout WantedLayers, shape: (String) throws(EngineError) -> LayerShape
    ) throws(EngineError) {
        guard let (target, factor) = objective.onlyTarget else { return nil }
        guard case .tokens(let layout, let featureCount) = try shape(target.layer) else { return nil }
        let tokens = try target.tokenIndices(in: .tokens(layout, features: featureCount))
        patches = tokens.filter { $0 >= layout.firstPatch }.map { $0 - layout.firstPatch }
        guard !patches.isEmpty else { return nil }
        features = try target.featureIndices(in: .tokens(layout, features: featureCount))
        self.layout = layout
        layer = layers.index(of: target.layer)
        self.factor = factor
        self.featureCount = featureCount
    }

    /// Returns the patch of one picture of a batch in which the value is largest.
    func strongest(on executor: any Executor, picture: Int) -> (patch: PatchPosition, value: Float)? {
        executor.readOutput(of: layer) { strongest(in: $0, picture: picture) }
    }

    private func strongest(
        in output: UnsafeBufferPointer<Float>, picture: Int
    ) -> (patch: PatchPosition, value: Float)? {
        let start = picture * layout.count * featureCount
        var best: (patch: Int, value: Float)?
        for patch in patches {
            let row = start + (layout.firstPatch + patch) * featureCount
            let sum = features.reduce(0.0) { $0 + Double(output[row + $1]) }
            let value = factor * Float(sum / Double(features.count))
            if best.map({ value > $0.value }) ?? true { best = (patch, value) }
        }
        return best.map { (PatchPosition($0.patch, in: layout), $0.value) }
    }
}

extension Objective {
    /// The target and the factor of an objective that is a multiple of a single target.
    fileprivate var onlyTarget: (target: Target, factor: Float)? {
        switch self {
        case .summand(let summand): summand.activationTarget.map { ($0, 1) }
        case .named(_, let objective): objective.onlyTarget
        case .weighted(let factor, let objective): objective.onlyTarget.map { ($0.target, factor * $0.factor) }
        case .plus(let objectives): objectives.count == 1 ? objectives[0].onlyTarget : nil
        }
    }
}
