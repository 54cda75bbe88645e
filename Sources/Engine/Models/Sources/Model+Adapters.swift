// Low-rank adapters (LoRA) as PEFT saves them: beside the weights, or alone with the name of the model that they change.

import Checkpoints
import Foundation
import Platform

extension Model {
    /// Weights with their adapters merged, and the place of the configuration that they are loaded with.
    struct MergedWeights {
        let checkpoint: any Checkpoint
        let path: String
        /// PEFT's file beside the adapters, if there are any.
        var settings: SourceFile?
    }

    /// Merges the adapters of a checkpoint, if it has any.
    ///
    /// - Parameters:
    ///   - path: what was opened.
    ///   - open: opens the model that adapters alone change, by the name that PEFT has written down.
    /// - Throws: ``EngineError/adapters(path:name:)`` without PEFT's `adapter_config.json`;
    ///   ``EngineError/unsupportedConfiguration(place:found:supported:)`` when it asks for something else than plain LoRA;
    ///   and the errors of ``AdaptedCheckpoint``.
    static func mergingAdapters(
        of checkpoint: any Checkpoint, at path: String,
        open: (String) throws(EngineError) -> (checkpoint: any Checkpoint, path: String)
    ) throws(EngineError) -> MergedWeights {
        guard let first = checkpoint.names.first(where: WeightWrappers.isAdapter) else {
            return MergedWeights(checkpoint: checkpoint, path: path)
        }
        let folder = URL(fileURLWithPath: checkpoint.path).deletingLastPathComponent()
        let place = folder.appendingPathComponent("adapter_config.json").path
        guard let bytes = try? OrdinaryFile.contents(of: place, limit: 10_000_000) else {
            throw .adapters(path: checkpoint.path, name: first)
        }
        guard let object = JSONObject(Data(bytes)) else {
            throw .notACheckpoint(path: place, reason: "it is not a JSON object")
        }
        let file = ConfigurationFile(object, path: place, name: "adapter_config.json")
        if let kind = try file.text("peft_type"), kind != "LORA" {
            throw file.unsupported("peft_type", supported: "LORA")
        }
        try file.requireUnset(
            "alpha_pattern", "use_dora", "fan_in_fan_out", "lora_bias", "layer_replication", "use_qalora", "use_bdlora",
            "alora_invocation_tokens", "kasa_config", "monteclora_config", "velora_config", "target_parameters",
            "trainable_token_indices")
        guard let alpha = try file.number("lora_alpha") else {
            throw file.unsupported("lora_alpha", supported: "a number")
        }
        let strength = AdaptedCheckpoint.Strength(
            alpha: alpha, isRankStabilized: try file.flag("use_rslora") ?? false)
        let settings = SourceFile(path: place, FileStamp(path: place))
        if AdaptedCheckpoint.holdsWeights(checkpoint) {
            let merged = try AdaptedCheckpoint(checkpoint, strength: strength)
            return MergedWeights(checkpoint: merged, path: path, settings: settings)
        }
        guard let name = try file.text("base_model_name_or_path"), !name.isEmpty else {
            throw .adapters(path: checkpoint.path, name: first)
        }
        let base = try open(name)
        let merged = try AdaptedCheckpoint(checkpoint, base: base.checkpoint, strength: strength)
        return MergedWeights(checkpoint: merged, path: base.path, settings: settings)
    }
}
