import Checkpoints
import Foundation
import Platform

// The JSON files beside weights. Files of their own read what each framework writes.

extension Configuration {
    /// Reads the files beside the weights at `path`.
    ///
    /// A file of weights without one of the frameworks' file names is read alone: the folder may have nothing to do
    /// with it.
    mutating func readFiles(beside path: String) throws(EngineError) {
        var isFolder: ObjCBool = false
        let place = (path as NSString).expandingTildeInPath
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else { return }
        let url = URL(fileURLWithPath: place)
        let standardNames = ["model", "pytorch_model", "open_clip_model", "open_clip_pytorch_model"]
        let hasStandardName = standardNames.contains {
            url.lastPathComponent.hasPrefix($0 + ".") || url.lastPathComponent.hasPrefix($0 + "-")
        }
        guard isFolder.boolValue || hasStandardName else { return }
        let folder = isFolder.boolValue ? url : url.deletingLastPathComponent()
        if let file = try self.file("open_clip_config.json", in: folder) { try readOpenCLIP(file) }
        if let file = try self.file("config.json", in: folder) {
            if file.object.object("pretrained_cfg") != nil || file.object["architecture"] != nil {
                try readTimm(file)
            } else {
                try readTransformers(file)
            }
        }
        if let file = try self.file("preprocessor_config.json", in: folder) { try readProcessor(file) }
    }

    /// Reads the configuration in a file; nil if there is no such file. The file is recorded as a source of the model
    /// even if it does not exist.
    private mutating func file(_ name: String, in folder: URL) throws(EngineError) -> ConfigurationFile? {
        let path = folder.appendingPathComponent(name).path
        sources.append(SourceFile(path: path, FileStamp(path: path)))
        let bytes: [UInt8]
        do throws(EngineError) {
            bytes = try OrdinaryFile.contents(of: path, limit: Self.longestFile)
        } catch {
            if case .fileMissing = error { return nil }
            throw error
        }
        guard let object = JSONObject(Data(bytes)) else {
            throw .notACheckpoint(path: path, reason: "it is not a JSON object")
        }
        return ConfigurationFile(object, path: path, name: name)
    }

    /// The most bytes of a file. A configuration with the names of twenty thousand classes takes a hundredth of that.
    private static let longestFile = 100_000_000

    /// Guesses settings from the name of a file without a configuration: timm's architectures, and MoCo-v3, whose
    /// attention has 12 heads regardless of its width.
    ///
    /// Source: <https://github.com/facebookresearch/moco-v3> `vits.py`.
    mutating func guessFromName(of path: String) {
        let parts = (path as NSString).pathComponents.suffix(2).map { $0.lowercased() }
        if parts.contains(where: { $0.contains("moco") }) {
            guess.heads = 12
            guessSource = "MoCo in its name"
        } else if let name = parts.last(where: TimmArchitecture.isKnown) {
            let architecture = TimmArchitecture(name)
            guess = architecture.settings
            windows = WindowSettings(architecture: name)
            rotary = TimmArchitecture.rotary(name)
            knowsRotary = rotary != nil
            guessSource = "its name"
        }
    }

    /// Adds notes about the keys of some files that were not read.
    mutating func noteUnknown(_ files: ConfigurationFile?...) {
        for file in files.compactMap(\.self) where !file.unknown.isEmpty {
            let keys = file.unknown.prefix(8).map { "“\($0)”" } + (file.unknown.count > 8 ? ["more"] : [])
            notes.append(
                "\(file.name) has unknown settings: \(englishList(keys)). "
                    + "If they change what the model computes, the results are wrong.")
        }
    }
}

// open_clip.
extension Configuration {
    /// Reads open_clip's `open_clip_config.json`.
    ///
    /// Source: <https://github.com/mlfoundations/open_clip> `factory.py`, `model.py`, `transform.py`.
    mutating func readOpenCLIP(_ file: ConfigurationFile) throws(EngineError) {
        let model = try file.part("model_cfg") ?? file
        let isQuick = try model.flag("quick_gelu") == true
        try readText(model.part("text_cfg"), isQuick: isQuick)
        file.ignore(["preprocess_cfg", "hf_hub_id", "model_cfg"])
        model.ignore([
            "embed_dim", "custom_text", "multimodal_cfg", "init_logit_scale", "init_logit_bias",
            "nonscalar_logit_scale", "cast_dtype", "output_dict",
        ])
        let vision = try model.part("vision_cfg")
        if let vision { try readTower(vision) }
        // timm's towers have timm's activation regardless of CLIP's configuration.
        if vision?.object["timm_model_name"] == nil { settings.activation = isQuick ? .quickGELU : .gelu }
        let input = try file.part("preprocess_cfg")
        if let input { try readPreprocessing(input) }
        noteUnknown(model, vision, input)
    }

    private mutating func readTower(_ vision: ConfigurationFile) throws(EngineError) {
        let head = try vision.integer("head_width") ?? 64
        guard head > 0 else {
            throw .invalidValue(what: vision.place("head_width"), found: "\(head)", expected: "1 or more")
        }
        settings.heads = try vision.integer("width").map { $0 / head }
        storedSize = try vision.size("image_size")
        patchSize = try vision.size("patch_size")
        vision.ignore([
            "layers", "mlp_ratio", "ls_init_value", "patch_dropout", "attn_pooler_queries", "attn_pooler_heads",
            "output_tokens", "timm_model_pretrained", "timm_proj", "timm_proj_bias", "timm_drop", "timm_drop_path",
            "block_type", "n_queries", "attn_pooler_type",
        ])
        if let name = try vision.text("timm_model_name") {
            try readTimmTower(name, vision)
        }
        try vision.requireUnset(
            "attentional_pool", "final_ln_after_pool", "no_ln_pre", "act_kwargs", "norm_kwargs", "qk_norm",
            "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn", "scale_fc", "input_patchnorm",
            "global_average_pool")
        if let pool = try vision.text("pool_type"), pool != "tok" {
            throw vision.unsupported("pool_type", supported: "tok")
        }
        if let kind = try vision.text("pos_embed_type"), kind != "learnable" {
            throw vision.unsupported("pos_embed_type", supported: "learnable")
        }
    }

    /// Reads the settings of a tower from timm.
    ///
    /// Source: open_clip `timm_model.py`; an empty pool means the architecture's own.
    private mutating func readTimmTower(_ name: String, _ vision: ConfigurationFile) throws(EngineError) {
        if let reason = TimmArchitecture.unsupportedPart(of: name) {
            throw vision.unsupported("timm_model_name", supported: "an architecture without \(reason)")
        }
        settings.heads = nil
        take(architecture: name)
        let pool = try vision.text("timm_pool") ?? "avg"
        if !pool.isEmpty { settings.pooling = try Self.pooling(pool, vision, key: "timm_pool") }
    }

    private mutating func readPreprocessing(_ input: ConfigurationFile) throws(EngineError) {
        cropsTowardsCorner = false
        mean = try input.numbers("mean")
        deviation = try input.deviations("std")
        interpolation = try input.interpolation("interpolation")
        if let mode = try input.text("mode"), mode != "RGB" { throw input.unsupported("mode", supported: "RGB") }
        if let size = try input.size("size") { (inputSize, resize) = (size, size) }
        let fill = UInt8(min(max(try input.integer("fill_color") ?? 0, 0), 255))
        switch try input.text("resize_mode") {
        case "shortest", nil: fitting = .cover
        case "longest": (fitting, border) = (.contain, SIMD3(repeating: fill))
        case "squash": fitting = .stretch
        default: throw input.unsupported("resize_mode", supported: "shortest, longest or squash")
        }
    }
}
