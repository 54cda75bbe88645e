import Downloads
import Platform

/// Trained weights that are known by a name of their own project.
public struct KnownWeights: Hashable, Sendable {
    /// What the project calls the model: "vit_b_16".
    public let model: String
    /// What the project calls the weights: "IMAGENET1K_V1"; empty where a model has but one.
    public let weights: String
    /// Whose they are: "torchvision".
    public let project: String
    /// Under which conditions they may be used, as an SPDX identifier; nil where the project says nothing.
    public let license: String?
    /// The address of the file.
    public let url: String
    /// The file's name in the cache of torch.hub.
    public let fileName: String
    /// How many numbers were learned, where the project says it.
    public let parameters: Int?
    /// The file's size, to within some kilobytes; nil where it is not stated.
    public let bytes: Int?
    /// How photographs were shown to the model.
    public let preprocessing: Preprocessing
    /// Whether the logits are the thousand classes of ImageNet-1k.
    public let usesImageNetClasses: Bool
    /// Whether positions are stretched by (patches + 0.1) / patches, as DINO's authors do it.
    public let stretchesWithOffset: Bool

    /// Where it comes from, in words: "torchvision IMAGENET1K_V1".
    public var origin: String { weights.isEmpty ? project : "\(project) \(weights)" }

    /// What is fetched.
    var published: PublishedFile {
        PublishedFile(url: url, fileName: fileName, origin: origin, license: license, bytes: bytes)
    }

    init(
        _ model: String, _ weights: String = "", project: String, license: String?, url: String,
        fileName: String? = nil, parameters: Int?, bytes: Int?, preprocessing: Preprocessing,
        usesImageNetClasses: Bool, stretchesWithOffset: Bool = false
    ) {
        self.model = model
        self.weights = weights
        self.project = project
        self.license = license
        self.url = url
        self.fileName = fileName ?? url.split(separator: "/").last.map { String($0) } ?? ""
        self.parameters = parameters
        self.bytes = bytes
        self.preprocessing = preprocessing
        self.usesImageNetClasses = usesImageNetClasses
        self.stretchesWithOffset = stretchesWithOffset
    }
}

extension KnownWeights {
    /// All that are known; of each model the weights that it has by default come first.
    public static let all: [KnownWeights] =
        torchvision + deit + dino + resMLP + feedForwardOnly + jaxVisionTransformers + jaxMixers

    /// The names of the models, in the same order.
    public static let models: [String] = all.reduce(into: []) { names, weights in
        if names.last != weights.model { names.append(weights.model) }
    }

    /// The weights whose published file is called so; nil where none or several are.
    static func ofFile(_ name: String) -> KnownWeights? {
        let found = all.filter { $0.fileName == name }
        return found.count == 1 ? found[0] : nil
    }

    /// Models that people ask for and that are not published, with what to do.
    static let unpublished = [
        "linear_large": "its author has not published the weights (they are larger than GitHub allows). "
            + "If you have them, load the file by its path."
    ]

    /// The weights of a model by their name, or its default ones.
    ///
    /// - Parameter weights: nil or "DEFAULT" for the default.
    /// - Returns: nil when no model has this name.
    /// - Throws: ``EngineError/unknownWeights(weights:model:available:)``.
    package static func named(_ model: String, weights: String?) throws(EngineError) -> KnownWeights? {
        let ofModel = all.filter { $0.model == model }
        guard let first = ofModel.first else { return nil }
        guard let weights, weights != "DEFAULT" else { return first }
        // People copy the whole of it: "ViT_B_16_Weights.IMAGENET1K_V1".
        let name = weights.split(separator: ".").last.map { String($0) } ?? weights
        if let found = ofModel.first(where: { $0.weights == weights || $0.weights == name }) { return found }
        throw .unknownWeights(
            weights: weights, model: model, available: ofModel.map(\.weights).filter { !$0.isEmpty })
    }
}
