import Compute
import Images
import Models
import Platform

/// Measures reconstructions of one photograph: knows what a model computes of it, and of it slightly disturbed.
struct ReconstructionRuler {
    private let model: Model
    private let original: Tensor
    private let disturbed: Tensor
    /// For each layer: the output on the photograph, and on the disturbed one.
    private var outputs: [String: (original: Tensor, disturbed: Tensor)] = [:]

    /// The deviation of the disturbance, of pixels in 0…1.
    ///
    /// Source: the code of the article *Transformer and Mixer Features*, `randn / 18`.
    private static let deviation: Float = 1 / 18

    /// A ruler for pictures of `photograph`, which is what the model sees.
    ///
    /// - Throws: what the model's ``Model/activations(at:of:cancellation:progress:)`` throws.
    init(for model: Model, photograph: Image, layers: [String]) throws(EngineError) {
        self.model = model
        original = photograph.planes
        var random = RandomSource(seed: 0, stream: 18)
        disturbed = original.mapped { $0 + Self.deviation * random.normal() }
        for layer in Set(layers) {
            outputs[layer] = (try output(layer, original), try output(layer, disturbed))
        }
    }

    /// How far a picture is from the photograph.
    ///
    /// - Parameters:
    ///   - start: the picture before the first step.
    ///   - layer: one of those that the ruler was made for.
    func errors(
        of picture: Image, start: Image, _ given: GivenElements, layer: String
    ) throws(EngineError) -> ReconstructionErrors {
        guard let known = outputs[layer] else { preconditionFailure("the ruler does not know \(layer)") }
        func distances(_ planes: Tensor, _ output: Tensor) -> PictureDistances {
            given.distances(
                of: output.values[...], to: known.original.values[...], picture: planes, original: original)
        }
        return ReconstructionErrors(
            picture: distances(picture.planes, try output(layer, picture.planes)),
            disturbed: distances(disturbed, known.disturbed),
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
