import Foundation

// The JSON files that lie beside weights, as each framework writes them.

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
        if let file = try object("open_clip_config.json", in: folder) { readOpenCLIP(file) }
        if let file = try object("config.json", in: folder) {
            if file.object("pretrained_cfg") != nil || file.string("architecture") != nil {
                readTimm(file)
            } else {
                readTransformers(file)
            }
        }
        if let file = try object("preprocessor_config.json", in: folder) { readProcessor(file) }
    }

    /// The JSON object in a file, which is noted as one that the model depends on, there or not; nil where it is not.
    private mutating func object(_ name: String, in folder: URL) throws(EngineError) -> JSONObject? {
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
        return object
    }

    /// A configuration with the names of twenty thousand classes takes a hundredth of that.
    private static let longestFile = 100_000_000

    /// timm's `config.json`.
    ///
    /// Source: timm `models/_hub.py`, `data/config.py`.
    private mutating func readTimm(_ file: JSONObject) {
        let pretrained = file.object("pretrained_cfg") ?? file
        mean = pretrained.numbers("mean")
        deviation = pretrained.numbers("std")
        cropRatio = pretrained.number("crop_pct")
        stretches = pretrained.string("crop_mode").map { $0 == "squash" }
        interpolation = pretrained.string("interpolation").flatMap(Interpolation.init)
        licence = pretrained.string("license")
        if let size = pretrained.integers("input_size"), size.count == 3 {
            storedSize = PixelSize(width: size[2], height: size[1])
        }
        classes = pretrained.strings("label_names") ?? []
        pool = (file.string("global_pool") ?? pretrained.string("global_pool")).flatMap(Self.pool)
        if let arguments = file.object("model_args") {
            heads = arguments.integer("num_heads")
            activation = arguments.string("act_layer").flatMap(Activation.init(named:))
        }
        let architecture = TimmArchitecture(file.string("architecture") ?? "")
        heads = heads ?? architecture.heads
        activation = activation ?? architecture.activation
        epsilon = architecture.epsilon
        normsAfterParts = architecture.normsAfterParts
    }

    private static func pool(_ name: String) -> Pool? {
        switch name {
        case "token": .classToken
        case "avg": .mean
        default: nil
        }
    }

    /// Hugging Face's `config.json`.
    ///
    /// Source: transformers `configuration_vit.py`, `configuration_dinov2.py`, `configuration_clip.py`.
    private mutating func readTransformers(_ file: JSONObject) {
        let vision = file.object("vision_config") ?? file
        heads = vision.integer("num_attention_heads")
        epsilon = vision.number("layer_norm_eps").map { Float($0) }
        activation = vision.string("hidden_act").flatMap(Activation.init(named:))
        if file.string("model_type")?.hasPrefix("clip") == true, activation == nil { activation = .quickGELU }
        if let side = vision.integer("image_size") { storedSize = PixelSize(width: side, height: side) }
        if let names = file.object("id2label")?.texts {
            let ordered = (0..<names.count).compactMap { names["\($0)"] }
            // Names that transformers made up say nothing.
            if ordered.count == names.count, ordered.first != "LABEL_0" { classes = ordered }
        }
    }

    /// open_clip's `open_clip_config.json`.
    ///
    /// Source: <https://github.com/mlfoundations/open_clip> `factory.py`.
    private mutating func readOpenCLIP(_ file: JSONObject) {
        let model = file.object("model_cfg") ?? file
        activation = model.flag("quick_gelu") == true ? .quickGELU : .gelu
        if let vision = model.object("vision_cfg") {
            if let width = vision.integer("width"), let head = vision.integer("head_width"), head > 0 {
                heads = width / head
            }
            if let side = vision.integer("image_size") { storedSize = PixelSize(width: side, height: side) }
        }
        let input = file.object("preprocess_cfg")
        mean = input?.numbers("mean")
        deviation = input?.numbers("std")
    }

    /// Hugging Face's `preprocessor_config.json`.
    ///
    /// Source: transformers `image_processing_utils.py`.
    private mutating func readProcessor(_ file: JSONObject) {
        cropsTowardsCorner = true
        mean = file.numbers("image_mean") ?? mean
        deviation = file.numbers("image_std") ?? deviation
        // Pillow's numbers for its filters.
        interpolation = [1: .lanczos, 2: .bilinear, 3: .bicubic, 4: .box][file.integer("resample") ?? 0]
        let size = file.object("size")
        let crop = file.object("crop_size")?.integer("height") ?? file.integer("crop_size")
        let shorter = size?.integer("shortest_edge")
        let side = size?.integer("height") ?? file.integer("size")
        if file.flag("do_center_crop") == true, let crop {
            inputSize = crop
            resize = shorter ?? side ?? crop
            stretches = shorter == nil && side != nil && file.object("size") != nil
        } else if let side {
            inputSize = side
            resize = side
            stretches = true
        } else if let shorter {
            inputSize = shorter
            resize = shorter
        }
    }
}
