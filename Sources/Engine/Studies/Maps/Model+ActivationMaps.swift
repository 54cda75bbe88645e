import Compute
import Images
import Models
import Platform
import Visualization

/// How the features of a token are reduced to one number.
public enum FeatureSummary: String, Codable, CaseIterable, Hashable, Sendable {
    /// The Euclidean norm.
    case norm
    /// The mean.
    case mean
}

extension Model {
    /// Computes a layer's output for a photograph, as maps over it.
    ///
    /// - Parameters:
    ///   - photograph: of any size; the model's own preprocessing prepares it.
    ///   - target: single features get one map each, all features get one map together. Patches outside it stay gray.
    ///   - summary: the number that a map of all features shows.
    /// - Returns: maps of rows × columns of patches, with the special tokens' numbers listed beside them.
    /// - Throws: ``EngineError/noPatches(layer:model:shape:)`` for a layer whose output has no positions in a
    ///   photograph,
    ///   ``EngineError/invalidValue(what:found:expected:)`` for a special token, which has none either;
    ///   ``EngineError/invalidObjective(reason:)``, ``EngineError/unknownLayer(address:model:near:)``,
    ///   ``EngineError/outOfRange(what:index:count:place:)``, ``EngineError/cancelled``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    public func activationMaps(
        of photograph: Image, at target: Target, by summary: FeatureSummary = .norm,
        cancellation: Cancellation? = nil
    ) throws(EngineError) -> HeatMaps {
        _ = try patchLayout(of: target, layerShape(target.layer))
        let values = try activations(
            at: target.layer, of: preprocessing.tensor(of: photograph), cancellation: cancellation)
        return try activationMaps(ofOutput: values, for: photograph, at: target, by: summary)
    }

    /// Returns a layer's output for a photograph as maps over it.
    ///
    /// - Parameters:
    ///   - output: ``activations(at:of:cancellation:progress:)`` of the target's layer and this photograph.
    ///   - photograph: as for ``activationMaps(of:at:by:cancellation:)``, like the other parameters.
    /// - Throws: the errors of ``activationMaps(of:at:by:cancellation:)``.
    /// - Precondition: the output has the layer's shape.
    public func activationMaps(
        ofOutput output: Tensor, for photograph: Image, at target: Target, by summary: FeatureSummary = .norm
    ) throws(EngineError) -> HeatMaps {
        let shape = try layerShape(target.layer)
        let layout = try patchLayout(of: target, shape)
        precondition(output.shape == shape.extents, "\(output.shape) is not an output of \(target.layer)")
        let seen = preprocessing.seen(of: photograph)
        let tokens = try target.tokenIndices(in: shape)
        let rows = (0..<layout.count).map { output.values[$0 * shape.features..<($0 + 1) * shape.features] }
        let maps: [HeatMap]
        if case .indices(let features) = target.features {
            maps = features.map { feature in
                layout.map("neuron \(feature)", rows.map { $0[$0.startIndex + feature] }, of: tokens, over: seen)
            }
        } else {
            let features = try target.featureIndices(in: shape)
            let chosen = rows.map { row in features.map { row[row.startIndex + $0] } }
            var label = "\(summary.rawValue) over \(features.count) features"
            if case .head(let head, _) = target.features { label = "head \(head), \(label)" }
            maps = [
                layout.map(label, chosen.map(summary.value), of: tokens, over: seen, clipping: Self.outlierShare)
            ]
        }
        return HeatMaps("\(name) \(target.layer)", maps: maps, of: seen).withSharedColorMap
    }

    /// The share of the patches that may be clipped by the colors of a map of all features.
    ///
    /// Transformers use a few patches as registers, whose norm is several times that of all others.
    /// Source: Darcet et al. 2024, arXiv:2309.16588.
    private static var outlierShare: Float { 0.02 }

    /// Returns the layout of the patches of a target's layer.
    ///
    /// - Throws: the errors of ``activationMaps(of:at:by:cancellation:)``.
    func patchLayout(of target: Target, _ shape: LayerShape) throws(EngineError) -> TokenLayout {
        guard target.model == name else {
            throw .invalidObjective(reason: "The target belongs to \(target.model), not to \(name).")
        }
        guard case .tokens(let layout, _) = shape else {
            throw .noPatches(layer: target.layer, model: name, shape: shape)
        }
        try target.validate(in: shape)
        if case .special(let token) = target.tokens {
            throw .invalidValue(
                what: "The token of a map", found: token,
                expected: "a patch or all of them; the special tokens' numbers are listed beside the map")
        }
        return layout
    }
}

extension FeatureSummary {
    /// Reduces one token's features to a number, summed in double precision.
    package func value(_ features: some Collection<Float>) -> Float {
        switch self {
        case .norm: Float(features.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
        case .mean: Float(features.reduce(0.0) { $0 + Double($1) } / Double(max(features.count, 1)))
        }
    }
}

extension TokenLayout {
    /// Returns the map of one number for each token.
    ///
    /// - Parameters:
    ///   - values: `[tokens]`, the special ones first.
    ///   - tokens: the tokens that are shown, nil for all; the other patches are NaN.
    ///   - clipping: the share of the patches that may be clipped by the colors.
    func map(
        _ label: String, _ values: [Float], of tokens: [Int]? = nil, over photograph: Image,
        marked: PatchPosition? = nil, clipping: Float = 0
    ) -> HeatMap {
        var grid = [Float](repeating: .nan, count: patchCount)
        for token in tokens ?? Array(0..<count) where token >= firstPatch {
            grid[token - firstPatch] = values[token]
        }
        return HeatMap(
            label, values: Tensor(grid, shape: [rows, columns]), over: photograph,
            scale: ColorScale(for: grid, clipping: clipping),
            special: zip(special, values).map { HeatMap.SpecialValue(token: $0, value: $1) }, marked: marked)
    }
}
