import Compute
import Images
import Models
import Platform
import Visualization

extension Model {
    /// Finds the neurons that a photograph drives most relative to their usual level, and the patches in which it does.
    ///
    ///     z = (activation − usual mean) / usual deviation
    ///
    /// - Parameters:
    ///   - photograph: of any size; the model's own preprocessing prepares it.
    ///   - layer: the layer's address.
    ///   - count: how many to list, at least 1.
    ///   - usual: the level over other photographs, from ``usualLevel(at:in:cancellation:progress:)``. If nil, it is
    ///     measured on the photograph's own patches, and what they all have in common does not show.
    ///   - perPatch: how many neurons of one patch are listed at most; nil for any number. Transformers use a few
    ///     patches as registers, in which very many neurons are unusual and would fill the list.
    ///   - repeatsNeurons: whether a neuron is listed for every patch in which it is strong, rather than only for the
    ///     strongest.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for a count below 1, a level of another layer, or a
    ///   layer without patches if no level is given; ``EngineError/noPatches(layer:model:shape:)``,
    ///   ``EngineError/unknownLayer(address:model:near:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    public func strongest(
        for photograph: Image, in layer: String, count: Int = 12, against usual: UsualLevel? = nil,
        perPatch: Int? = nil, repeatsNeurons: Bool = false, cancellation: Cancellation? = nil
    ) throws(EngineError) -> StrongestNeurons {
        guard count > 0 else {
            throw .invalidValue(what: "The number of neurons to list", found: "\(count)", expected: "1 or more")
        }
        guard perPatch.map({ $0 > 0 }) ?? true else {
            throw .invalidValue(
                what: "The number of neurons of one patch", found: "\(perPatch ?? 0)", expected: "1 or more")
        }
        let shape = try layerShape(layer)
        let rows = try comparedRows(of: layer)
        try check(usual, layer: layer, shape)
        let seen = preprocessing.seen(of: photograph)
        let values = try activations(
            at: layer, of: preprocessing.tensor(ofSeen: seen), cancellation: cancellation
        ).values
        let level: UsualLevel
        if let usual { level = usual } else { level = try usualLevel(at: layer, ofPatches: values) }

        var candidates: [Candidate] = []
        for neuron in 0..<shape.features {
            let own = rows.compactMap { row in
                level.zScore(values[row * shape.features + neuron], neuron: neuron)
                    .map {
                        Candidate(
                            neuron: neuron, row: row, zScore: $0, value: values[row * shape.features + neuron])
                    }
            }
            candidates += repeatsNeurons ? own : Array(own.min().map { [$0] } ?? [])
        }
        var listed: [Int: Int] = [:]
        let chosen = candidates.filter(\.zScore.isFinite).sorted().filter { candidate in
            listed[candidate.row, default: 0] += 1
            return rows.count == 1 || listed[candidate.row, default: 0] <= perPatch ?? .max
        }
        let findings = chosen.prefix(count).map {
            finding($0, value: values[$0.row * shape.features + $0.neuron], level: level, shape)
        }
        var maps: [HeatMap] = []
        if case .tokens(let layout, _) = shape {
            maps = findings.map { map(of: $0, values, level: level, layout, over: seen) }
        }
        return StrongestNeurons(usual: level, findings: findings, photograph: seen, maps: maps)
    }

    private func check(_ usual: UsualLevel?, layer: String, _ shape: LayerShape) throws(EngineError) {
        if case .vector = shape, usual == nil {
            throw .invalidValue(
                what: "The usual level of \(layer) of \(name)", found: "missing",
                expected: "given as a folder of photographs, since the layer has no patches to compare")
        }
        guard let usual else { return }
        guard usual.model == name, usual.layer == layer, usual.mean.count == shape.features else {
            throw .invalidValue(
                what: "The usual level", found: "that of \(usual.layer) of \(usual.model)",
                expected: "that of \(layer) of \(name)")
        }
        guard usual.count > 1 else {
            throw .invalidValue(
                what: "The number of photographs for the usual level", found: "\(usual.count)",
                expected: "2 or more, ideally hundreds")
        }
    }

    private func finding(
        _ candidate: Candidate, value: Float, level: UsualLevel, _ shape: LayerShape
    ) -> StrongestNeurons.Finding {
        let neuron = candidate.neuron
        var patch: PatchPosition?
        if case .tokens(let layout, _) = shape { patch = PatchPosition(candidate.row - layout.firstPatch, in: layout) }
        let whole = Target(model: name, layer: level.layer, features: .indices([neuron]))
        var target = whole
        if let patch { target.tokens = .indices([patch.index]) }
        return StrongestNeurons.Finding(
            neuron: neuron, patch: patch, value: value, zScore: candidate.zScore, usualMean: level.mean[neuron],
            usualDeviation: level.deviation[neuron], neuronTarget: whole, target: target)
    }

    private func map(
        of finding: StrongestNeurons.Finding, _ values: [Float], level: UsualLevel, _ layout: TokenLayout,
        over seen: Image
    ) -> HeatMap {
        let features = level.mean.count
        let zScores = (layout.firstPatch..<layout.count).map {
            level.zScore(values[$0 * features + finding.neuron], neuron: finding.neuron) ?? .nan
        }
        return HeatMap(
            finding.caption(noun: "neuron"), values: Tensor(zScores, shape: [layout.rows, layout.columns]),
            over: seen, marked: finding.patch)
    }
}

/// A neuron in one row of a layer. The most unusual one sorts first.
private struct Candidate: Comparable {
    let neuron: Int
    let row: Int
    let zScore: Float
    let value: Float

    static func < (left: Candidate, right: Candidate) -> Bool {
        (left.rank, -left.value, left.neuron, left.row) < (right.rank, -right.value, right.neuron, right.row)
    }

    /// The z-score to four decimals, the largest first. All latents that respond in a single patch have the same one, but for
    /// rounding; among those the activation decides.
    private var rank: Float { (-zScore * 10_000).rounded() }
}
