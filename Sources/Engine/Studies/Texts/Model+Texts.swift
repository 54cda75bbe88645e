import Compute
import Images
import Models
import Platform

/// How the name of a class becomes a text that is compared with pictures.
///
/// The features of several texts, each of length 1, are averaged.
///
/// - Source: Radford et al. 2021, arXiv:2103.00020, section 3.1.4; open_clip `zero_shot_classifier.py`.
public struct TextTemplates: Hashable, Sendable {
    /// The texts, in which `{}` stands for the name.
    public let texts: [String]

    /// Creates templates.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for none, or one without `{}`.
    public init(_ texts: [String]) throws(EngineError) {
        guard !texts.isEmpty else {
            throw .invalidValue(what: "The number of templates", found: "0", expected: "1 or more")
        }
        if let text = texts.first(where: { !$0.contains("{}") }) {
            throw .invalidValue(
                what: "A template", found: "“\(text)”", expected: "text with {} where the name goes: “a photo of {}”")
        }
        self.texts = texts
    }

    /// Creates templates that have been checked, or will be.
    package init(unchecked texts: [String]) { self.texts = texts }

    /// The name itself.
    public static let plain = TextTemplates(unchecked: ["{}"])

    /// The seven templates that together do almost as well on ImageNet as OpenAI's eighty.
    ///
    /// - Source: open_clip `zero_shot_metadata.py`, `SIMPLE_IMAGENET_TEMPLATES`.
    public static let simple = TextTemplates(unchecked: [
        "itap of a {}.", "a bad photo of the {}.", "a origami {}.", "a photo of the large {}.", "a {} in a video game.",
        "art of the {}.", "a photo of the small {}.",
    ])

    /// Returns the texts for a name.
    func texts(for name: String) -> [String] { texts.map { $0.replacing("{}", with: name) } }
}

extension Model {
    /// Returns the directions of some names' texts, `[names][features]`, each of length 1.
    ///
    /// - Parameter progress: is called with how many of how many texts are done.
    /// - Returns: the directions, and how many texts had to be cut off.
    /// - Throws: the errors of ``TextTower/embeddings(of:cancellation:progress:)``, ``TextError/noTextTower(model:family:)``.
    func directions(
        of names: [String], _ templates: TextTemplates, cancellation: Cancellation? = nil,
        progress: PictureProgress? = nil
    ) throws(EngineError) -> (vectors: [[Float]], cutOffCount: Int) {
        let tower = try textTower()
        let found = try tower.embeddings(
            of: names.flatMap(templates.texts), cancellation: cancellation, progress: progress)
        let count = templates.texts.count
        let vectors = names.indices.map { index -> [Float] in
            let own = found[index * count..<(index + 1) * count].map(\.direction)
            guard count > 1 else { return own[0] }
            var mean = [Float](repeating: 0, count: own[0].count)
            for vector in own {
                for place in mean.indices { mean[place] += vector[place] / Float(count) }
            }
            return mean.unitLength
        }
        return (vectors, found.count { $0.droppedCount > 0 })
    }
}

extension [Float] {
    /// The same direction with a length of 1; 0 stays.
    var unitLength: [Float] {
        let length = reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return length > 0 ? map { Float(Double($0) / length) } : self
    }

    /// Returns the product with another vector of as many numbers.
    func dot(_ other: [Float]) -> Double {
        zip(self, other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    }
}

extension Classification {
    /// Classifies `image` by texts, with the model's own temperature.
    ///
    ///     CLIP:    softmax over the texts of e^s · cos
    ///     SigLIP:  1 / (1 + e^−(e^s · cos + b)), for each text by itself
    ///
    /// - Parameters:
    ///   - names: the names of the classes, one or more.
    ///   - templates: the texts that are made of a name.
    /// - Throws: ``TextError/noTextTower(model:family:)``; ``EngineError/invalidValue(what:found:expected:)`` without
    ///   names; ``EngineError/nonFiniteLogits(model:nonFinite:count:)``; the errors of
    ///   ``TextTower/embeddings(of:cancellation:progress:)``.
    /// - Source: Radford et al. 2021, arXiv:2103.00020, fig. 3; Zhai et al. 2023, arXiv:2303.15343, alg. 1.
    public init(
        of image: Image, as names: [String], templates: TextTemplates = .plain, by model: Model,
        cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) {
        guard !names.isEmpty else {
            throw .invalidValue(
                what: "The number of texts", found: "0", expected: "1 or more: `as: [\"a cat\", \"a dog\"]`")
        }
        let texts = try model.directions(of: names, templates, cancellation: cancellation, progress: progress).vectors
        let picture = try model.embedding(of: model.preprocessing.tensor(of: image), cancellation: cancellation)
        let own = picture.values.unitLength
        let (scale, shift) = try model.textTower().calibration()
        let logits = texts.map { Float(Double(scale) * own.dot($0) + Double(shift ?? 0)) }
        try self.init(
            logits: Tensor(logits, shape: [logits.count]), names: names, model: model.name,
            areIndependent: shift != nil)
    }
}
