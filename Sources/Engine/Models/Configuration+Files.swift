import Foundation

// Which JSON files lie beside weights; how each framework writes them is in files of their own.

extension Configuration {
    /// Reads the files that lie beside the weights at `path`.
    ///
    /// A file of weights that is not called as the frameworks call it stands alone: the folder may be anybody's.
    mutating func readFiles(beside path: String) throws(EngineError) {
        var isFolder: ObjCBool = false
        let place = (path as NSString).expandingTildeInPath
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else { return }
        let url = URL(fileURLWithPath: place)
        let usualNames = ["model", "pytorch_model", "open_clip_model", "open_clip_pytorch_model"]
        let isUsual = usualNames.contains {
            url.lastPathComponent.hasPrefix($0 + ".") || url.lastPathComponent.hasPrefix($0 + "-")
        }
        guard isFolder.boolValue || isUsual else { return }
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

    /// The configuration in a file, which is noted as one that the model depends on, there or not; nil where it is not.
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

    /// A configuration with the names of twenty thousand classes takes a hundredth of that.
    private static let longestFile = 100_000_000

    /// Guesses what the name of a file without a configuration lets one guess: timm's architectures, and MoCo-v3, whose
    /// attention has 12 heads whatever its width.
    ///
    /// Source: <https://github.com/facebookresearch/moco-v3> `vits.py`.
    mutating func guessFromName(of path: String) {
        let parts = (path as NSString).pathComponents.suffix(2).map { $0.lowercased() }
        if parts.contains(where: { $0.contains("moco") }) {
            guess.heads = 12
            guessSource = "MoCo in its name"
        } else if let name = parts.last(where: TimmArchitecture.looksLikeOne) {
            let architecture = TimmArchitecture(name)
            guess = architecture.settings
            guessSource = "its name"
        }
    }

    /// Says of a file which of its keys were not read.
    mutating func noteUnknown(_ files: ConfigurationFile?...) {
        for file in files.compactMap(\.self) where !file.unknown.isEmpty {
            let keys = file.unknown.prefix(8).map { "“\($0)”" } + (file.unknown.count > 8 ? ["more"] : [])
            notes.append(
                "\(file.name) has unknown settings: \(joined(keys)). "
                    + "If they change what the model computes, its numbers are wrong.")
        }
    }
}

// open_clip's and Hugging Face's preprocessing.
extension Configuration {
    /// open_clip's `open_clip_config.json`.
    ///
    /// Source: <https://github.com/mlfoundations/open_clip> `factory.py`, `model.py`, `transform.py`.
    mutating func readOpenCLIP(_ file: ConfigurationFile) throws(EngineError) {
        let model = try file.part("model_cfg") ?? file
        let isQuick = try model.flag("quick_gelu") == true
        file.pass(["preprocess_cfg", "hf_hub_id", "model_cfg"])
        model.pass([
            "embed_dim", "text_cfg", "custom_text", "multimodal_cfg", "init_logit_scale", "init_logit_bias",
            "nonscalar_logit_scale", "cast_dtype", "output_dict",
        ])
        let vision = try model.part("vision_cfg")
        if let vision { try readTower(vision) }
        // timm's towers have timm's activation whatever CLIP's configuration says.
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
        vision.pass([
            "layers", "mlp_ratio", "ls_init_value", "patch_dropout", "attn_pooler_queries", "attn_pooler_heads",
            "output_tokens", "timm_model_pretrained", "timm_proj", "timm_proj_bias", "timm_drop", "timm_drop_path",
            "block_type", "n_queries", "attn_pooler_type",
        ])
        if let name = try vision.text("timm_model_name") {
            settings = settings.filled(by: TimmArchitecture(name).settings)
            vision.pass(["timm_pool"])
        }
        try vision.requireNothing(
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

    private mutating func readPreprocessing(_ input: ConfigurationFile) throws(EngineError) {
        cropsTowardsCorner = false
        mean = try input.numbers("mean")
        deviation = try input.numbers("std")
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

    /// Hugging Face's `preprocessor_config.json`.
    ///
    /// Source: transformers `image_processing_backends.py`; the defaults are those of the processor that is named.
    mutating func readProcessor(_ file: ConfigurationFile) throws(EngineError) {
        cropsTowardsCorner = true
        let older = try file.text("feature_extractor_type")
        let kind = try file.text("image_processor_type") ?? older ?? ""
        let crops = ["CLIP", "DeiT", "Bit"].contains { kind.hasPrefix($0) }
        file.pass([
            "crop_size", "do_convert_rgb", "default_to_square", "processor_class", "return_tensors", "data_format",
            "input_data_format", "device", "disable_grouping", "_valid_processor_keys", "image_seq_length",
            "do_reduce_labels", "auto_map",
        ])
        try file.requireNothing(
            "do_pad", "do_flip_channel_order", "do_convert_grayscale", "do_grayscale", "size_divisor", "crop_pct",
            "offset", "do_thumbnail", "do_align_long_axis", "do_split_image", "do_image_splitting", "use_square_size")
        try readValues(file, usual: kind.hasPrefix("CLIP") || kind.hasPrefix("Bit") ? .clip : nil)
        try readResampling(file, isBicubic: crops || kind.hasPrefix("Siglip"))
        let asked = try file.flag("do_center_crop")
        try readSizes(file, crops: asked ?? crops)
        noteUnknown(file)
    }

    /// How levels become numbers: by a factor, then mean and deviation. A factor of 1/255 makes 0…1.
    ///
    /// - Parameter usual: mean and deviation of the processor that is named; nil for the family's.
    private mutating func readValues(_ file: ConfigurationFile, usual: InputDefaults?) throws(EngineError) {
        let normalises = try file.flag("do_normalize") ?? true
        mean = try file.numbers("image_mean") ?? mean ?? usual?.mean
        deviation = try file.numbers("image_std") ?? deviation ?? usual?.deviation
        if !normalises { (mean, deviation) = ([0, 0, 0], [1, 1, 1]) }
        let rescales = try file.flag("do_rescale") ?? true
        let stated = try file.number("rescale_factor") ?? 1.0 / 255
        let factor = 255 * (rescales ? stated : 1)
        guard factor > 0 else {
            throw .invalidValue(
                what: file.place("rescale_factor"), found: "\(factor / 255)",
                expected: "above 0, 1/255 for numbers in 0…1")
        }
        guard abs(factor - 1) > 1e-6 else { return }
        // (255 r x − m) / s = (x − m / 255 r) / (s / 255 r), for x in 0…1.
        let scale = { (numbers: [Float]?, usual: Float) in
            (numbers ?? [usual, usual, usual]).map { Float(Double($0) / factor) }
        }
        guard normalises == false || (mean != nil && deviation != nil) else {
            throw .invalidValue(
                what: file.place("rescale_factor"), found: "\(factor / 255)",
                expected: "1/255 where “image_mean” and “image_std” are left out")
        }
        (mean, deviation) = (scale(mean, 0), scale(deviation, 1))
    }

    /// Pillow's numbers for its filters.
    private static let filters: [Int: Interpolation] = [
        0: .nearest, 1: .lanczos, 2: .bilinear, 3: .bicubic, 4: .box, 5: .hamming,
    ]

    private mutating func readResampling(_ file: ConfigurationFile, isBicubic: Bool) throws(EngineError) {
        if let number = try file.integer("resample") {
            guard let filter = Self.filters[number] else {
                throw file.unsupported("resample", supported: "0 to 5, Pillow's number of a filter")
            }
            interpolation = filter
        } else if isBicubic {
            interpolation = .bicubic
        }
    }

    private mutating func readSizes(_ file: ConfigurationFile, crops: Bool) throws(EngineError) {
        let size = try Self.sides(file, "size")
        let crop = try Self.sides(file, "crop_size")?.whole
        let resizes = try file.flag("do_resize") ?? true
        if crops, let crop { inputSize = crop }
        if !resizes {
            fitting = Preprocessing.Fitting.none
            // Without a crop the photograph itself must be of the right size; what is not is cropped.
            inputSize = inputSize ?? size?.whole
            resize = inputSize
            return
        }
        guard let size else {
            if let crop = inputSize { resize = crop }
            return
        }
        switch size {
        case .whole(let whole):
            resize = whole
            fitting = .stretch
            inputSize = inputSize ?? whole
        case .shortest(let side):
            resize = PixelSize(side: side)
            fitting = .cover
            inputSize = inputSize ?? PixelSize(side: side)
        }
    }

    /// What a picture is resized to: a height and a width, or its shorter side.
    private enum Sides {
        case whole(PixelSize)
        case shortest(Int)

        var whole: PixelSize {
            switch self {
            case .whole(let size): size
            case .shortest(let side): PixelSize(side: side)
            }
        }
    }

    private static func sides(_ file: ConfigurationFile, _ key: String) throws(EngineError) -> Sides? {
        guard file.object.object(key) != nil else {
            // Before 2023 a number was a square, but for CLIP, whose processor crops.
            guard let size = try file.size(key) else { return nil }
            let isShortest = key == "size" && size.isSquare && file.object.flag("default_to_square") == false
            return isShortest ? .shortest(size.width) : .whole(size)
        }
        guard let part = try file.part(key) else { return nil }
        if let height = try part.integer("height"), let width = try part.integer("width") {
            return .whole(PixelSize(width: width, height: height))
        }
        guard let side = try part.integer("shortest_edge"), part.object["longest_edge"] == nil else {
            throw file.unsupported(key, supported: "{\"height\": …, \"width\": …} or {\"shortest_edge\": …}")
        }
        return .shortest(side)
    }
}
