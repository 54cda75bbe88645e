import Checkpoints
import Compute
import Images
import Platform

/// A kind of model: how to know it by its tensors, and how to write it as a graph.
protocol ModelFamily: Sendable {
    /// What people call it: "vision transformer".
    static var name: String { get }
    /// By which tensors it is recognized, for the error that says what was looked for.
    static var lookedFor: String { get }

    /// Whether a checkpoint's tensors are of this family.
    static func recognizes(_ checkpoint: any Checkpoint) -> Bool

    /// Whether a tensor, though it is in the checkpoint, is no part of what the model computes of a picture: a text
    /// tower, a head for training.
    static func ignores(_ tensor: String) -> Bool

    /// Writes the model as a graph, its sizes read off the tensors.
    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint
}

extension ModelFamily {
    static func ignores(_ tensor: String) -> Bool { false }
}

/// What a family makes of a checkpoint.
struct Blueprint {
    /// The input in pixels.
    let size: PixelSize
    /// A patch in pixels.
    let patch: PixelSize
    /// What pictures its weights were trained on, unless their configuration says so.
    let input: InputDefaults
    /// What the model computes.
    let graph: Graph
    /// What was assumed because the file does not say it.
    var notes: [String] = []
    /// What the graph was made with of what no tensor tells; nil for what such a model does not have.
    var settings = ModelSettings()
    /// Which of the settings no file tells.
    var assumed: [ModelSettings.Part] = []
    /// How many features a token has.
    var width = 0
}

/// What pictures a family's weights are usually trained on.
struct InputDefaults: Sendable {
    let mean: [Float]
    let deviation: [Float]
    /// The crop's side against the shorter side before: timm's `crop_pct`.
    var cropRatio = 0.875
    var interpolation = Interpolation.bicubic
    /// How a picture is made large enough for the crop.
    var fitting = Preprocessing.Fitting.cover
    /// Whether a crop's half pixels are rounded as Hugging Face rounds them.
    var cropsTowardsCorner = false

    static let imageNet = InputDefaults(
        mean: Preprocessing.imageNetMean, deviation: Preprocessing.imageNetDeviation)
    /// −1…1, as Google's models are trained.
    static let half = InputDefaults(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])
    /// Hugging Face's image processor for ViT.
    static let stretchedHalf = InputDefaults(
        mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5], cropRatio: 1, interpolation: .bilinear, fitting: .stretch)
    static let clip = InputDefaults(
        mean: [0.481_454_66, 0.457_827_5, 0.408_210_73], deviation: [0.268_629_54, 0.261_302_58, 0.275_777_11],
        cropRatio: 1, cropsTowardsCorner: true)
}

extension Checkpoint {
    /// Whether all of these tensors are there.
    func has(_ names: String...) -> Bool { names.allSatisfy { shape($0) != nil } }
}
