import Foundation

/// What tensors do not say of a model: heads, activation, classes, preprocessing, training.
///
/// Gathered from the checkpoint's metadata and from the JSON files that lie beside it; everything in it is optional.
struct Configuration: Sendable {
    /// Which features a transformer's head is given.
    enum Pool: Sendable { case classToken, mean }

    /// The classes' names; empty where nobody knows them.
    var classes: [String] = []
    /// How many heads each attention has.
    var heads: Int?
    /// What the layer norms add to the variance.
    var epsilon: Float?
    /// The function between an MLP's layers.
    var activation: Activation?
    /// Whether a block's parts are normalised after them instead of before.
    var normsAfterParts = false
    /// What the head is given.
    var pool: Pool?
    /// How positions are stretched.
    var positions: PositionResampling?
    /// The picture that the positions were learned for, pixels.
    var storedSize: PixelSize?
    /// The side of the picture that the weights' own preprocessing makes, pixels.
    var inputSize: Int?
    /// The side of the picture that was asked for, pixels.
    var requestedSize: Int?
    /// What the file says of the training.
    var record: [String: String] = [:]
    /// Under which licence the weights are.
    var licence: String?
    /// The files beside the weights that were looked for, as they were then.
    var sources: [SourceFile] = []

    var mean: [Float]?
    var deviation: [Float]?
    /// What the shorter side is resized to, for a picture of ``inputSize``.
    var resize: Int?
    /// The crop's side against the shorter side before.
    var cropRatio: Double?
    var interpolation: Interpolation?
    /// Whether a picture is stretched to a square instead of cropped.
    var stretches: Bool?
    /// Whether a crop's half pixels are rounded as Hugging Face rounds them.
    var cropsTowardsCorner = false

    init() {}

    /// Gathers what is known of `checkpoint`.
    ///
    /// - Parameter path: what was opened, when that is not the file itself but its folder.
    /// - Throws: ``EngineError/notACheckpoint(path:reason:)`` when a configuration is there and makes no sense.
    init(_ checkpoint: any Checkpoint, at path: String? = nil) throws(EngineError) {
        let place = ((path ?? checkpoint.path) as NSString).expandingTildeInPath
        if FileStamp(path: place)?.isFolder == true { sources.append(SourceFile(folder: place)) }
        if let text = checkpoint.metadata["config"] {
            guard let stored = JSONObject(Data(text.utf8)) else {
                throw .notACheckpoint(
                    path: checkpoint.path, reason: "the “config” in its metadata cannot be read")
            }
            readOwn(stored)
        } else {
            try readFiles(beside: path ?? checkpoint.path)
        }
        try check(checkpoint.path)
    }

    /// The project's own configuration, as `training/train.py` writes it.
    private mutating func readOwn(_ stored: JSONObject) {
        classes = stored.strings("classes") ?? []
        heads = stored.integer("num_heads")
        mean = stored.numbers("mean")
        deviation = stored.numbers("std")
        inputSize = stored.integer("image_size")
        resize = stored.integer("resize")
        interpolation = stored.string("interpolation").flatMap(Interpolation.init)
        licence = stored.string("licence")
        record = stored.object("training")?.texts ?? [:]
    }

    private func check(_ path: String) throws(EngineError) {
        guard mean?.count ?? 3 == 3, deviation?.count ?? 3 == 3, mean?.allSatisfy(\.isFinite) ?? true,
            deviation?.allSatisfy({ $0 > 0 && $0.isFinite }) ?? true
        else {
            throw .notACheckpoint(
                path: path,
                reason: "the “mean” and “std” of its configuration should be three numbers each, “std” above 0")
        }
        let sides = [inputSize, resize, storedSize?.width, storedSize?.height].compactMap(\.self)
        guard sides.allSatisfy(Self.sides.contains) else {
            throw .notACheckpoint(
                path: path, reason: "its configuration's sizes should be from 1 to \(Self.sides.upperBound) pixels")
        }
        guard cropRatio.map({ $0 > 0 && $0.isFinite }) ?? true else {
            throw .notACheckpoint(
                path: path,
                reason: "the “crop_pct” of its configuration is \(cropRatio ?? 0); it should be above 0, as a "
                    + "rule 0.8 to 1")
        }
        guard epsilon.map({ $0 >= 0 && $0.isFinite }) ?? true else {
            throw .notACheckpoint(
                path: path,
                reason: "the epsilon of its configuration's layer norms is \(epsilon ?? 0); it should be 0 or "
                    + "more, as a rule 1e-6 or 1e-12")
        }
    }

    /// Sides of pictures that models are trained with, and more.
    private static let sides = 1...8192

    /// The preprocessing for a model of `size` pixels.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` where a photograph would have to be resized to more
    ///   pixels than any is.
    func preprocessing(size: Int, _ defaults: InputDefaults) throws(EngineError) -> Preprocessing {
        var resized = (Double(size) / (cropRatio ?? defaults.cropRatio)).rounded(.down)
        if let stored = self.resize, let inputSize {
            resized =
                inputSize == size ? Double(stored) : (Double(stored) * Double(size) / Double(inputSize)).rounded(.down)
        }
        let (mean, deviation) = (mean ?? defaults.mean, deviation ?? defaults.deviation)
        // Whole, or beyond all sizes.
        let resize = Int(exactly: max(resized, 1)) ?? .max
        guard Preprocessing.sides.contains(size), Preprocessing.resizedSides.contains(resize) else {
            throw .invalidValue(
                what: "The side to which the configuration has photographs resized",
                found: resize == .max ? "beyond counting" : "\(resize) pixels for \(size) that the model sees",
                expected: "at most \(Preprocessing.resizedSides.upperBound); look at “crop_pct”, or at the sizes in "
                    + "“preprocessor_config.json”")
        }
        return Preprocessing(
            mean: mean, std: deviation, size: size,
            resize: resize, interpolation: interpolation ?? defaults.interpolation,
            stretches: stretches ?? (cropRatio == nil && self.resize == nil && defaults.stretches),
            cropsTowardsCorner: cropsTowardsCorner || defaults.cropsTowardsCorner)
    }
}

/// A JSON object whose values are asked for by type; what is missing or of another type is nil.
struct JSONObject {
    private let values: [String: Any]

    init?(_ data: Data) {
        guard let values = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else { return nil }
        self.values = values
    }

    private init(_ values: [String: Any]) { self.values = values }

    func object(_ key: String) -> JSONObject? { (values[key] as? [String: Any]).map(JSONObject.init) }
    func string(_ key: String) -> String? { values[key] as? String }
    func strings(_ key: String) -> [String]? { values[key] as? [String] }
    func integer(_ key: String) -> Int? { (values[key] as? NSNumber).flatMap { Int(exactly: $0.doubleValue) } }
    func number(_ key: String) -> Double? { (values[key] as? NSNumber)?.doubleValue }
    func flag(_ key: String) -> Bool? { values[key] as? Bool }
    func numbers(_ key: String) -> [Float]? { (values[key] as? [NSNumber])?.map(\.floatValue) }
    /// What is no whole number is −1.
    func integers(_ key: String) -> [Int]? { (values[key] as? [NSNumber])?.map { Int(exactly: $0.doubleValue) ?? -1 } }

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
