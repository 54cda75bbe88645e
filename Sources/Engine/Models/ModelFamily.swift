import Checkpoints
import Compute
import Images
import Platform

/// A kind of model: how to recognize it by its tensors, and how to build it as a graph.
protocol ModelFamily: Sendable {
    /// The family's name: "vision transformer".
    static var name: String { get }

    /// Returns whether a checkpoint's tensors belong to this family.
    static func recognizes(_ checkpoint: any Checkpoint) -> Bool

    /// Returns whether a tensor of the checkpoint does not affect the model's output for a picture: one of a text
    /// tower, or of a head for training.
    static func ignores(_ tensor: String) -> Bool

    /// Returns whether a tensor belongs to something that is built on the model for a task, such as depth or poses; the
    /// model's card says that it is left out.
    static func setsAside(_ tensor: String) -> Bool

    /// Builds the model as a graph, with the sizes of the tensors.
    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint
}

extension ModelFamily {
    static func ignores(_ tensor: String) -> Bool { false }
    static func setsAside(_ tensor: String) -> Bool { false }
}

/// The model that a family builds from a checkpoint.
struct Blueprint {
    /// The input size in pixels.
    let size: PixelSize
    /// The patch size in pixels.
    let patch: PixelSize
    /// The preprocessing that the weights were trained with, unless their configuration states it.
    let input: InputDefaults
    /// The graph of the computation.
    let graph: Graph
    /// Notes about what was assumed because the file does not state it.
    var notes: [String] = []
    /// The settings of the graph, which the tensors do not determine; nil for those that such a model does not have.
    var settings = ModelSettings()
    /// The settings that no file states.
    var assumed: [ModelSettings.Part] = []
    /// The number of features of a token.
    var width = 0
}

/// The preprocessing that a family's weights are usually trained with.
struct InputDefaults: Sendable {
    let mean: [Float]
    let deviation: [Float]
    /// The ratio of the crop's side to the shorter side before the crop: timm's `crop_pct`.
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
    /// Hugging Face's image processor for SigLIP.
    static let sigLIP = InputDefaults(
        mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5], cropRatio: 1, fitting: .stretch)
    static let clip = InputDefaults(
        mean: [0.481_454_66, 0.457_827_5, 0.408_210_73], deviation: [0.268_629_54, 0.261_302_58, 0.275_777_11],
        cropRatio: 1, cropsTowardsCorner: true)
}

extension Checkpoint {
    /// Returns whether the checkpoint has all of these tensors.
    func has(_ names: String...) -> Bool { names.allSatisfy { shape($0) != nil } }
}
