import Checkpoints
import Foundation
import Images
import Platform

/// What tensors do not say of a model: heads, activation, classes, preprocessing, training.
///
/// Gathered from the checkpoint's metadata and from the JSON files that lie beside it; everything in it is optional.
struct Configuration: Sendable {
    /// The classes' names; empty where they are unknown.
    var classes: [String] = []
    /// What a file, or the person who loads the model, says of its computation.
    var settings = ModelSettings()
    /// What its name lets one guess of it, which is said on the card.
    var guess = ModelSettings()
    /// What the guess was made from: "its name".
    var guessSource: String?
    /// Whether whoever wrote it says all: what is left out has then the usual value for certain.
    var isComplete = false
    /// How positions are stretched.
    var positions: PositionResampling?
    /// The picture that the positions were learned for, pixels.
    var storedSize: PixelSize?
    /// What says so, where positions of another number contradict it: "“image_size” in “config.json”"; nil where the
    /// framework itself stretches positions of another number.
    var storedSizeSource: String?
    /// The picture that the weights' own preprocessing makes, pixels.
    var inputSize: PixelSize?
    /// The picture that was asked for, pixels.
    var requestedSize: PixelSize?
    /// The side of a patch that a file says, pixels.
    var patchSize: PixelSize?
    /// Whether the framework's own forward returns all tokens after the last norm, where a family leaves that open.
    var returnsNormalizedTokens = false
    /// Whether the framework's own forward hands on what a head would be given where there is none: a classifier of no
    /// classes.
    var isClassifier = false
    /// What Hugging Face calls the model: "vit", "clip_vision_model".
    var frameworkKind = ""
    /// What the file says of the training.
    var record: [String: String] = [:]
    /// Under which license the weights are.
    var license: String?
    /// The files beside the weights that were looked for, as they were then.
    var sources: [SourceFile] = []
    /// What its user should know.
    var notes: [String] = []

    var mean: [Float]?
    var deviation: [Float]?
    /// What a picture is resized for, where the crop is ``inputSize``.
    var resize: PixelSize?
    /// The crop's side against the shorter side before.
    var cropRatio: Double?
    var interpolation: Interpolation?
    /// How a picture is made large enough for the crop.
    var fitting: Preprocessing.Fitting?
    /// What lies around a picture that is smaller than the crop: red, green and blue.
    var border: SIMD3<UInt8>?
    /// Whether a crop's half pixels are rounded as Hugging Face rounds them; nil for the family's way.
    var cropsTowardsCorner: Bool?

    init() {}

    /// Gathers what is known of `checkpoint`.
    ///
    /// - Parameter path: what was opened, when that is not the file itself but its folder.
    /// - Throws: ``EngineError/notACheckpoint(path:reason:)`` when a configuration is there and makes no sense;
    ///   ``EngineError/unsupportedConfiguration(place:found:supported:)`` when it asks for what is not computed here.
    init(_ checkpoint: any Checkpoint, at path: String? = nil) throws(EngineError) {
        let place = ((path ?? checkpoint.path) as NSString).expandingTildeInPath
        if FileStamp(path: place)?.isFolder == true { sources.append(SourceFile(folder: place)) }
        let text = checkpoint.metadata["config"]
        let stored = text.flatMap { JSONObject(Data($0.utf8)) }
        if let stored, stored["num_heads"] != nil {
            try readOwn(ConfigurationFile(stored, path: checkpoint.path, name: "the metadata"))
        } else {
            // Other programs keep their own under this name too.
            if text != nil, stored?.keys.isEmpty != true {
                notes.append(
                    "The “config” in the file's metadata is of another program and not read. "
                        + "If it says something of what the model computes, say so: `load(path, heads: …)`.")
            }
            guessFromName(of: path ?? checkpoint.path)
            try readFiles(beside: path ?? checkpoint.path)
        }
        try check(checkpoint.path)
    }

    /// The project's own configuration, as `training/train.py` writes it.
    private mutating func readOwn(_ stored: ConfigurationFile) throws(EngineError) {
        classes = try stored.texts("classes") ?? []
        settings.heads = try stored.integer("num_heads")
        isComplete = true
        mean = try stored.numbers("mean")
        deviation = try stored.deviations("std")
        inputSize = try stored.size("image_size")
        resize = try stored.size("resize")
        interpolation = try stored.interpolation("interpolation")
        // The built-in models spell it so.
        license = try stored.text(stored.object["license"] == nil ? "licence" : "license")
        record = stored.object.object("training")?.texts ?? [:]
        stored.pass([
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
        // From the whole picture to a hundredth of it; beyond 1 the picture has a border.
        if let cropRatio, !(0.01...100).contains(cropRatio) {
            throw refuse("“crop_pct”", "\(cropRatio)", expected: "from 0.01 to 100")
        }
    }

    /// Sides of pictures that models are trained with, and more.
    private static let sides = 1...8192

    /// The preprocessing for a model of `size` pixels.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` where a picture would be resized beyond all sizes.
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

/// A JSON object whose values are asked for by type; what is missing or of another type is nil.
struct JSONObject {
    private let values: [String: Any]

    init?(_ data: Data) {
        let object = (try? JSONSerialization.jsonObject(with: data)) ?? Self.pythonObject(data)
        guard let values = object as? [String: Any] else { return nil }
        self.values = values
    }

    private init(_ values: [String: Any]) { self.values = values }

    /// What Python writes though JSON does not have it: NaN and Infinity, which become texts, so that no number is taken
    /// from them.
    private static func pythonObject(_ data: Data) -> Any? {
        let text = String(decoding: data, as: UTF8.self)
            .replacing(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/) { $0.0.hasPrefix("\"") ? String($0.0) : "\"\($0.0)\"" }
        return try? JSONSerialization.jsonObject(with: Data(text.utf8))
    }

    /// The keys in order.
    var keys: [String] { values.keys.sorted() }
    /// The value as it was read; nil where there is none or it is null.
    subscript(key: String) -> Any? { values[key].flatMap { $0 is NSNull ? nil : $0 } }
    /// Whether a key is there and says null.
    func isNull(_ key: String) -> Bool { values[key] is NSNull }

    func object(_ key: String) -> JSONObject? { (values[key] as? [String: Any]).map(JSONObject.init) }
    func string(_ key: String) -> String? { values[key] as? String }
    func strings(_ key: String) -> [String]? { values[key] as? [String] }
    func integer(_ key: String) -> Int? { (values[key] as? NSNumber).flatMap { Int(exactly: $0.doubleValue) } }
    func number(_ key: String) -> Double? { (values[key] as? NSNumber)?.doubleValue }
    func flag(_ key: String) -> Bool? { values[key] as? Bool }
    func numbers(_ key: String) -> [Float]? { (values[key] as? [NSNumber])?.map(\.floatValue) }
    func integers(_ key: String) -> [Int]? {
        guard let numbers = values[key] as? [NSNumber] else { return nil }
        let whole = numbers.compactMap { Int(exactly: $0.doubleValue) }
        return whole.count == numbers.count ? whole : nil
    }

    /// Every value as people read it.
    var texts: [String: String] {
        values.mapValues { value in
            switch value {
            case let text as String: text
            case let number as NSNumber: Self.words(number)
            default: "–"
            }
        }
    }

    private static func words(_ number: NSNumber) -> String {
        if let truth = number as? Bool, number.stringValue.count == 1, type(of: number) != type(of: NSNumber(value: 1))
        {
            return "\(truth)"
        }
        return number.stringValue
    }
}
