import Checkpoints
import Foundation
import Images
import Platform

/// What the tensors do not determine about a model: heads, activation, classes, preprocessing, training.
///
/// It is collected from the checkpoint's metadata and the JSON files beside it. Everything is optional.
struct Configuration: Sendable {
    /// The classes' names; empty if they are unknown.
    var classes: [String] = []
    /// The settings from files and from the user.
    var settings = ModelSettings()
    /// The settings that were guessed from the name, which the model's card mentions.
    var guess = ModelSettings()
    /// The source of the guess: "its name".
    var guessSource: String?
    /// Whether the configuration is complete, so that missing settings certainly have their default values.
    var isComplete = false
    /// How positions are resampled.
    var positions: PositionResampling?
    /// The windows of attention.
    var windows = WindowSettings()
    /// The rotary positions, if a file or a name determines them.
    var rotary: RotaryPositions?
    /// Whether a file or a name determines whether there are rotary positions.
    var knowsRotary = false
    /// Whether positions are resampled for a square, whose upper left part is used.
    var cropsPositions = false
    /// The number of heads of the attention pooling, if it is not that of the blocks.
    var poolingHeads: Int?
    /// The size of the pictures that the positions were learned for, in pixels.
    var storedSize: PixelSize?
    /// The source of ``storedSize`` if another number of positions contradicts it: "“image_size” in “config.json”"; nil
    /// if the framework resamples another number of positions.
    var storedSizeSource: String?
    /// The size of the pictures that the weights' own preprocessing makes, in pixels.
    var inputSize: PixelSize?
    /// The input size that the user asked for, in pixels.
    var requestedSize: PixelSize?
    /// The size of a patch according to a file, in pixels.
    var patchSize: PixelSize?
    /// Whether the framework's forward pass returns all tokens after the last norm, if the family does not determine
    /// that.
    var returnsNormalizedTokens = false
    /// Whether attention pooling attends to the special tokens as well as to the patches.
    var poolsSpecialTokens = false
    /// Whether the model itself changes an input normalized as ImageNet's to one normalized with 0.5; nil if it is unknown.
    var transformsInput: Bool?
    /// Whether the framework's forward pass returns the head's input if there is no head: a classifier without classes.
    var isClassifier = false
    /// The map that a backbone of transformers returns last; nil for other models.
    var backboneMap: BackboneMap?
    /// Whether the framework's tokens have no last norm, because its classifier takes their mean; nil if no file says.
    var lacksLastNorm: Bool?
    /// Whether XCiT's blocks of the class token normalize the patches, too; nil if no file says.
    var normalizesAllTokens: Bool?
    /// The side of the windows of Hiera's first stage; nil if no file says.
    var maskUnit: Int?
    /// The sides of the windows of the stages of SAM 2's Hiera; nil if no file says.
    var windowSides: [Int]?
    /// The blocks of SAM 2's Hiera that attend to all patches; nil if no file says.
    var globalBlocks: [Int]?
    /// The blocks of ViTDet that attend within windows; nil if no file says.
    var windowBlocks: [Int]?
    /// The number of heads of the small transformer in TNT's patches; nil if no file says.
    var innerHeads: Int?
    /// The model's type in Hugging Face's spelling: "vit", "clip_vision_model".
    var frameworkKind = ""
    /// The file's record of the training.
    var record: [String: String] = [:]
    /// The license of the weights.
    var license: String?
    /// What the files state about the text tower.
    var text = TextSettings()
    /// The folder of the weights.
    var folder = ""
    /// The files beside the weights that were looked for, with their state at that time.
    var sources: [SourceFile] = []
    /// Notes for the user.
    var notes: [String] = []

    var mean: [Float]?
    var deviation: [Float]?
    /// The size that a picture is resized to before the crop to ``inputSize``.
    var resize: PixelSize?
    /// The ratio of the crop's side to the shorter side before the crop.
    var cropRatio: Double?
    var interpolation: Interpolation?
    /// How a picture is made large enough for the crop.
    var fitting: Preprocessing.Fitting?
    /// The red, green and blue of the border around a picture that is smaller than the crop.
    var border: SIMD3<UInt8>?
    /// Whether a crop's half pixels are rounded as Hugging Face rounds them; nil for the family's default.
    var cropsTowardsCorner: Bool?

    init() {}

    /// Collects the configuration of `checkpoint`.
    ///
    /// - Parameter path: the folder that was opened, if not the file itself.
    /// - Throws: ``EngineError/notACheckpoint(path:reason:)`` when a configuration file is not a JSON object;
    ///   ``EngineError/unsupportedConfiguration(place:found:supported:)`` when it asks for something unsupported.
    init(_ checkpoint: any Checkpoint, at path: String? = nil) throws(EngineError) {
        let place = ((path ?? checkpoint.path) as NSString).expandingTildeInPath
        folder = (place as NSString).deletingLastPathComponent
        if FileStamp(path: place)?.isFolder == true {
            sources.append(SourceFile(folder: place))
            folder = place
        }
        let text = checkpoint.metadata["config"]
        let stored = text.flatMap { JSONObject(Data($0.utf8)) }
        if let stored, stored["num_heads"] != nil {
            try readOwn(ConfigurationFile(stored, path: checkpoint.path, name: "the metadata"))
        } else {
            // Other programs use this name too.
            if text != nil, stored?.keys.isEmpty != true {
                notes.append(
                    "The “config” in the file's metadata was written by another program and is ignored. "
                        + "If it contains settings of the model, pass them yourself: `load(path, heads: …)`.")
            }
            guessFromName(of: path ?? checkpoint.path)
            try readFiles(beside: path ?? checkpoint.path)
        }
        try check(checkpoint.path)
    }

    /// Reads the project's own configuration, as `training/train.py` writes it.
    private mutating func readOwn(_ stored: ConfigurationFile) throws(EngineError) {
        classes = try stored.texts("classes") ?? []
        settings.heads = try stored.integer("num_heads")
        isComplete = true
        mean = try stored.numbers("mean")
        deviation = try stored.deviations("std")
        inputSize = try stored.size("image_size")
        resize = try stored.size("resize")
        interpolation = try stored.interpolation("interpolation")
        // The built-in models have the British spelling.
        let written = try stored.text(stored.object["license"] == nil ? "licence" : "license")
        // Their files name a license that was never chosen. Saying so there would change their hash, which pictures hold.
        license = written?.replacing(
            "The weights may be used under the licence of the project they ship with; they",
            with: "No license has been chosen for these weights. They")
        record = stored.object.object("training")?.texts ?? [:]
        stored.ignore([
            "architecture", "patch_size", "embed_dim", "depth", "mlp_ratio", "token_mlp_ratio", "num_classes",
            "training",
        ])
        noteUnknown(stored)
    }

    private func check(_ path: String) throws(EngineError) {
        func refuse(_ part: String, _ found: String, expected: String) -> EngineError {
            .invalidValue(what: "\(part) in the configuration of “\(path)”", found: found, expected: expected)
        }
        let (mean, deviation) = (mean ?? [0, 0, 0], deviation ?? [1, 1, 1])
        guard mean.allSatisfy(\.isFinite), deviation.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw refuse(
                "The mean and the deviation", "\(mean) and \(deviation)",
                expected: "finite, the deviation above 0")
        }
        let sizes = [inputSize, resize, storedSize, patchSize].compactMap(\.self)
        func isPossible(_ size: PixelSize) -> Bool {
            Self.sides.contains(size.width) && Self.sides.contains(size.height)
        }
        if let size = sizes.first(where: { !isPossible($0) }) {
            throw refuse("A size", size.words, expected: "from 1 to \(Self.sides.upperBound) pixels along each side")
        }
        // Down to a hundredth of the picture; above 1 the picture has a border.
        if let cropRatio, !(0.01...100).contains(cropRatio) {
            throw refuse("“crop_pct”", "\(cropRatio)", expected: "from 0.01 to 100")
        }
    }

    /// The possible sides of pictures, more than models are trained with.
    private static let sides = 1...8192

    /// Returns the preprocessing for a model with inputs of `size` pixels.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` if a picture would be resized beyond the limits.
    func preprocessing(size: PixelSize, _ defaults: InputDefaults) throws(EngineError) -> Preprocessing {
        func scaled(_ side: Int) -> Int {
            max(Int((Double(side) / (cropRatio ?? defaults.cropRatio)).rounded(.down)), 1)
        }
        var resize = PixelSize(width: scaled(size.width), height: scaled(size.height))
        if let stored = self.resize, let inputSize {
            resize =
                inputSize == size
                ? stored
                : PixelSize(
                    width: max(stored.width * size.width / inputSize.width, 1),
                    height: max(stored.height * size.height / inputSize.height, 1))
        }
        let (mean, deviation) = (mean ?? defaults.mean, deviation ?? defaults.deviation)
        if let problem = Preprocessing.problem(mean: mean, std: deviation, size: size, resize: resize) {
            throw .invalidValue(
                what: "The preprocessing", found: "impossible (\(problem))", expected: "within these limits")
        }
        return Preprocessing(
            mean: mean, std: deviation, size: size, resize: resize,
            interpolation: interpolation ?? defaults.interpolation,
            fitting: fitting ?? (cropRatio == nil && self.resize == nil ? defaults.fitting : .cover),
            border: border ?? .zero, cropsTowardsCorner: cropsTowardsCorner ?? defaults.cropsTowardsCorner)
    }
}
