import Compute
import Images
import Models
import Platform

/// What a renderer needs of a model.
///
/// A model is one; so is anything else with a gradient.
public protocol RenderSubject: Sendable {
    /// The name that targets call it by.
    var name: String { get }
    /// The SHA-256 of its weights in hexadecimal.
    var weightsHash: String { get }
    /// The size of its input in pixels.
    var inputSize: PixelSize { get }
    /// What its input was stretched to, in pixels; nil where it has its own size.
    var requestedSize: PixelSize? { get }
    /// What was said of it when it was loaded, as no file tells it.
    var settings: ModelSettings { get }
    /// How a picture in 0…1 becomes its input.
    var normalization: Normalization { get }
    /// The names of its classes; may be empty.
    var classes: [String] { get }
    /// The tensors of its weights that hold NaN or infinity.
    var nonFiniteTensors: [String] { get }
    /// What of it decides about pictures besides its weights, as text.
    var pictureFacts: String { get }
    /// The processor's threads that make pictures for it and take its gradient back to them.
    var host: CPUBackend { get }

    /// The output of the layer at a canonical address.
    ///
    /// - Throws: ``EngineError`` `.unknownLayer`, with the near ones.
    func layerShape(_ address: String) throws(EngineError) -> LayerShape

    /// The layer whose output an activation function makes into that of `address`; nil where none does, or it has no address.
    func layerBeforeActivation(_ address: String) -> String?

    /// What runs the model for `batch` pictures at a time as far as `layers` need.
    ///
    /// - Throws: ``EngineError`` `.tooLarge` where the memory does not suffice.
    func makeExecutor(layers: [String], batch: Int, gradient: Bool) throws(EngineError) -> any Executor
}

extension RenderSubject {
    /// Its own size.
    public var requestedSize: PixelSize? { nil }
    /// Nothing.
    public var settings: ModelSettings { ModelSettings() }

    /// The threads of this process.
    public var host: CPUBackend { .shared }

    /// None.
    public func layerBeforeActivation(_ address: String) -> String? { nil }

    /// None.
    public var nonFiniteTensors: [String] { [] }

    /// An objective in words that know the layers' shapes and the classes.
    package func words(of objective: Objective) -> String {
        objective.words { $0.words(in: try? layerShape($0.layer), classes: classes) }
    }
}

/// How values in 0…1 become a model's input: `(x − mean) / deviation`, channel by channel.
public struct Normalization: Hashable, Sendable {
    /// What is subtracted: red, green, blue.
    public let mean: [Float]
    /// What the rest is divided by: red, green, blue.
    public let deviation: [Float]

    /// A normalization of three channels.
    ///
    /// - Precondition: both have three values, and no deviation is 0.
    public init(mean: [Float], deviation: [Float]) {
        precondition(mean.count == 3 && deviation.count == 3 && !deviation.contains(0))
        self.mean = mean
        self.deviation = deviation
    }

    /// Values stay as they are.
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

    /// The gradient with respect to what was normalized.
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
