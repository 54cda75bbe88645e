import Checkpoints
import Compute
import Platform

/// The last of the maps that a backbone of transformers returns to what is built on it.
///
/// Source: transformers `backbone_utils.py`, and the backbone in each model's file.
struct BackboneMap: Sendable {
    /// The number of blocks before it, or of stages; nil for all of them.
    var stage: Int?
    /// Whether the last norm of a transformer is applied to it, if the configuration says so.
    var isNormalized = true
    /// Whether it has the patches alone, without the special tokens.
    var isGrid = true

    /// Returns the map among the results between the blocks or stages: the first is what comes before all of them.
    func result<Value>(among results: [Value]) -> Value {
        results[min(max(stage ?? results.count - 1, 0), results.count - 1)]
    }
}

extension Configuration {
    /// Whether it is a backbone of transformers, which something else is built on.
    var isBackbone: Bool { backboneMap != nil }

    /// Reads which map a backbone of transformers returns last.
    mutating func readBackbone(_ file: ConfigurationFile) throws(EngineError) {
        var map = BackboneMap()
        let normalizes = try file.flag("apply_layernorm")
        let normalizesOutputs = try file.flag("normalize_backbone_outputs")
        map.isNormalized = normalizes ?? normalizesOutputs ?? true
        map.isGrid = try file.flag("reshape_hidden_states") ?? true
        // Where a file does not list them, they are what transformers makes of the number of stages, or else of blocks.
        let blocks = try file.integer("num_hidden_layers")
        let count = file.object.integers("depths")?.count ?? blocks ?? 0
        let names = file.object.strings("stage_names") ?? ["stem"] + (0..<max(count, 0)).map { "stage\($0 + 1)" }
        // Of a file that tells neither names nor depth nothing is known but the stem.
        let areKnown = names.count > 1
        let features = file.object.strings("out_features") ?? []
        if areKnown, let unknown = features.first(where: { !names.contains($0) }) {
            throw .invalidValue(
                what: file.place("out_features"), found: "“\(unknown)”",
                expected: "names among \(names.joined(separator: ", "))")
        }
        if let last = features.compactMap(names.firstIndex).max() {
            map.stage = last
        } else if let places = file.object.integers("out_indices") {
            if areKnown, let outside = places.first(where: { !(-names.count..<names.count).contains($0) }) {
                throw .invalidValue(
                    what: file.place("out_indices"), found: "\(outside)",
                    expected: "whole numbers from \(-names.count) to \(names.count - 1)")
            }
            map.stage = places.map { $0 < 0 ? names.count + $0 : $0 }.max()
        }
        if map.stage == names.count - 1 { map.stage = nil }
        backboneMap = map
    }
}

extension TensorNames {
    /// Returns the names of the norms of a backbone's maps in stages, which transformers numbers from 1, MaskFormer from 0.
    static func mapNorms(stages: Int) -> [String: [String]] {
        Dictionary(
            uniqueKeysWithValues: (1...max(stages, 1)).map { stage in
                ("map_norms.\(stage)", ["hidden_states_norms.stage\(stage)", "hidden_states_norms.\(stage - 1)"])
            })
    }
}

extension GraphBuilder {
    /// Adds a transformer's map as `output`.
    ///
    /// - Parameters:
    ///   - results: what is between the blocks.
    ///   - weights: the scope of the whole model, with its last norm.
    mutating func readBackbone(
        _ map: BackboneMap, among results: [Result], _ weights: WeightReader, by normalization: Normalization,
        epsilon: Float
    ) throws(EngineError) {
        var tokens = map.result(among: results)
        if map.isNormalized { tokens = try norm(tokens, weights["norm"], by: normalization, epsilon: epsilon) }
        if map.isGrid, layout.firstPatch > 0 {
            tokens = try apply(GatherRows(Array(layout.firstPatch..<layout.count)), tokens)
        }
        name(tokens, "output", listed: false)
    }

    /// Adds the map of a model in stages as `output`, with the norm of its stage if there is one, and its mean as
    /// `embedding`.
    ///
    /// - Parameters:
    ///   - maps: what comes before the first stage, and after each.
    ///   - weights: the scope of the whole model.
    mutating func readBackbone(
        _ map: BackboneMap, among maps: [FeatureMap], _ weights: WeightReader, epsilon: Float
    ) throws(EngineError) {
        var x = map.result(among: maps)
        let stage = min(map.stage ?? maps.count - 1, maps.count - 1)
        let norm = weights["map_norms"]["\(stage)"]
        if norm.has("weight") {
            x = x.with(try layerNorm(x.result, norm, epsilon: epsilon))
            name(x, "map_norms.\(stage)", aliases: ["output"], listed: false)
        } else {
            name(x, "output", listed: false)
        }
        name(try apply(MeanOfTokens(), x.result), "embedding", listed: false)
    }

    /// Returns a result as a map on the grid of the layout so far.
    func map(_ result: Result) -> FeatureMap {
        FeatureMap(result: result, rows: layout.rows, columns: layout.columns)
    }
}
