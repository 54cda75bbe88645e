import Compute
import Images
import Models
import Platform

/// Measures reconstructions of one photograph. Holds a model's activations for the photograph, with and without noise.
struct ReconstructionEvaluator {
    private let model: Model
    private let original: Tensor
    private let noisy: Tensor
    /// For each layer, the outputs for the photograph and for the noisy one.
    private var outputs: [String: (original: Tensor, noisy: Tensor)] = [:]

    /// The standard deviation of the noise, for pixels in 0…1.
    ///
    /// Source: the code of the article *Transformer and Mixer Features*, `randn / 18`.
    private static let deviation: Float = 1 / 18

    /// Creates an evaluator and computes the activations of the photograph.
    ///
    /// - Parameter photograph: the part of the photograph that the model sees.
    /// - Throws: the errors of ``Model/activations(at:of:cancellation:progress:)``.
    init(for model: Model, photograph: Image, layers: [String]) throws(EngineError) {
        self.model = model
        original = photograph.planes
        var random = RandomSource(seed: 0, stream: 18)
        noisy = original.mapped { $0 + Self.deviation * random.normal() }
        for layer in Set(layers) {
            outputs[layer] = (try output(layer, original), try output(layer, noisy))
        }
    }

    /// Returns the distances of a picture to the photograph.
    ///
    /// - Parameters:
    ///   - start: the picture before the first step.
    ///   - layer: one of the layers that the evaluator was created with.
    func errors(
        of picture: Image, start: Image, _ given: GivenElements, layer: String
    ) throws(EngineError) -> ReconstructionErrors {
        guard let known = outputs[layer] else { preconditionFailure("the evaluator has no layer \(layer)") }
        func distances(_ planes: Tensor, _ output: Tensor) -> PictureDistances {
            given.distances(
                of: output.values[...], to: known.original.values[...], picture: planes, original: original)
        }
        return ReconstructionErrors(
            picture: distances(picture.planes, try output(layer, picture.planes)),
            noisy: distances(noisy, known.noisy),
            start: distances(start.planes, try output(layer, start.planes)))
    }

    private func output(_ layer: String, _ planes: Tensor) throws(EngineError) -> Tensor {
        var input = planes
        let plane = planes.shape[1] * planes.shape[2]
        input.values.withUnsafeMutableBufferPointer { values in
            guard let start = values.baseAddress else { return }
            model.preprocessing.normalize(start, into: start, pictures: 1, plane: plane)
        }
        return try model.activations(at: layer, of: input)
    }
}
