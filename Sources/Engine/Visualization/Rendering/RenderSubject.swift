import Compute
import Images
import Models
import Platform

/// The requirements of a renderer on a model.
///
/// ``Model`` conforms to it; other types with a gradient can too.
public protocol RenderSubject: Sendable {
    /// The name that targets use for it.
    var name: String { get }
    /// The SHA-256 of its weights in hexadecimal.
    var weightsHash: String { get }
    /// The size of its input in pixels.
    var inputSize: PixelSize { get }
    /// The size in pixels that was requested for its input; nil if it has its own size.
    var requestedSize: PixelSize? { get }
    /// The settings that were given when it was loaded, because no file contains them.
    var settings: ModelSettings { get }
    /// The changes of its layers, in their order.
    var interventions: [Intervention] { get }
    /// The normalization that makes a picture in 0…1 its input.
    var normalization: Normalization { get }
    /// The names of its classes; may be empty.
    var classes: [String] { get }
    /// The tensors of its weights that contain NaN or infinite values.
    var nonFiniteTensors: [String] { get }
    /// Whether MLPs alone mix its tokens, as in MLP-Mixer.
    var mixesTokensByMLPs: Bool { get }
    /// Whether it was trained on noisy pictures, so that its gradient shows what a person sees (Kaur et al. 2019,
    /// arXiv:1910.08640).
    var bearsNoise: Bool { get }
    /// Everything besides its weights that influences pictures, as text.
    var pictureFacts: String { get }
    /// The processor's threads that draw its pictures and compute the gradient of their parameters.
    var host: CPUBackend { get }

    /// Returns the shape of the output of the layer at a canonical address.
    ///
    /// - Throws: ``EngineError`` `.unknownLayer`, with similar addresses.
    func layerShape(_ address: String) throws(EngineError) -> LayerShape

    /// Returns the address of the layer to which an activation function is applied to give the output at `address`; nil if there
    /// is none.
    func layerBeforeActivation(_ address: String) -> String?

    /// Returns the subject with gradients through the branches of residual connections multiplied by `factor`: the same if it has
    /// none.
    func scalingBranchGradients(by factor: Float) -> any RenderSubject

    /// Creates an executor that runs the model for `batch` pictures at a time, as far as `layers` need.
    ///
    /// - Throws: ``EngineError`` `.tooLarge` if the memory does not suffice.
    func makeExecutor(layers: [String], batch: Int, gradient: Bool) throws(EngineError) -> any Executor
}

extension RenderSubject {
    /// Nil: the model has its own size.
    public var requestedSize: PixelSize? { nil }
    /// No settings.
    public var settings: ModelSettings { ModelSettings() }

    /// No changes.
    public var interventions: [Intervention] { [] }

    /// The threads of this process.
    public var host: CPUBackend { .shared }

    /// No.
    public var mixesTokensByMLPs: Bool { false }

    /// No.
    public var bearsNoise: Bool { false }

    /// Returns nil.
    public func layerBeforeActivation(_ address: String) -> String? { nil }

    /// No tensors.
    public var nonFiniteTensors: [String] { [] }

    /// Returns an objective in words, with the layers' shapes and the names of the classes.
    package func words(of objective: Objective) -> String {
        objective.words { $0.words(in: try? layerShape($0.layer), classes: classes) }
    }
}

/// The conversion of values in 0…1 to a model's input: `(x − mean) / deviation`, channel by channel.
public struct Normalization: Hashable, Sendable {
    /// The means that are subtracted: red, green, blue.
    public let mean: [Float]
    /// The deviations that the differences are divided by: red, green, blue.
    public let deviation: [Float]

    /// Creates a normalization of three channels.
    ///
    /// - Precondition: both have three values, and no deviation is 0.
    public init(mean: [Float], deviation: [Float]) {
        precondition(mean.count == 3 && deviation.count == 3 && !deviation.contains(0))
        self.mean = mean
        self.deviation = deviation
    }

    /// The normalization that changes nothing.
    static let none = Normalization(mean: [0, 0, 0], deviation: [1, 1, 1])

    /// Normalizes `[3, plane]`.
    func apply(
        _ from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, plane: Int, _ team: ThreadTeam
    ) {
        for channel in 0..<3 {
            let (factor, offset) = (1 / deviation[channel], -mean[channel] / deviation[channel])
            let (source, target) = (from + channel * plane, to + channel * plane)
            team.forEach(ofElements: plane) { part in
                for index in part { target[index] = source[index] * factor + offset }
            }
        }
    }

    /// Computes the gradient with respect to the values before the normalization.
    func gradient(
        _ from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, plane: Int, _ team: ThreadTeam
    ) {
        for channel in 0..<3 {
            let factor = 1 / deviation[channel]
            let (source, target) = (from + channel * plane, to + channel * plane)
            team.forEach(ofElements: plane) { part in
                for index in part { target[index] = source[index] * factor }
            }
        }
    }
}
