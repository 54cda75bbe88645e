import Downloads
import Platform

/// Trained weights that their project publishes under a name.
public struct KnownWeights: Hashable, Sendable {
    /// The project's name for the model: "vit_b_16".
    public let model: String
    /// The project's name for the weights: "IMAGENET1K_V1"; empty if a model has only one version.
    public let weights: String
    /// The project: "torchvision".
    public let project: String
    /// The license, as an SPDX identifier; nil if the project does not state one.
    public let license: String?
    /// The address of the file.
    public let url: String
    /// The file's name in the cache of torch.hub.
    public let fileName: String
    /// The number of parameters; nil if the project does not state it.
    public let parameters: Int?
    /// The file's size in bytes, to within some kilobytes; nil if it is not stated.
    public let bytes: Int?
    /// The preprocessing of photographs.
    public let preprocessing: Preprocessing
    /// Whether the logits are the thousand classes of ImageNet-1k.
    public let usesImageNetClasses: Bool
    /// Whether positions are resampled by a factor of (patches + 0.1) / patches, as DINO's authors do.
    public let stretchesWithOffset: Bool
    /// Whether the model itself changes its input from ImageNet's normalization to that of −1…1, as torchvision's GoogLeNet does.
    public let transformsInput: Bool

    /// The origin in words: "torchvision IMAGENET1K_V1".
    public var origin: String { weights.isEmpty ? project : "\(project) \(weights)" }

    /// The file to download.
    var published: PublishedFile {
        PublishedFile(url: url, fileName: fileName, origin: origin, license: license, bytes: bytes)
    }

    init(
        _ model: String, _ weights: String = "", project: String, license: String?, url: String,
        fileName: String? = nil, parameters: Int?, bytes: Int?, preprocessing: Preprocessing,
        usesImageNetClasses: Bool, stretchesWithOffset: Bool = false, transformsInput: Bool = false
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
        self.transformsInput = transformsInput
    }
}

extension KnownWeights {
    /// All known weights. Each model's default weights come first.
    public static let all: [KnownWeights] =
        torchvision + torchvisionConvolutions + deit + dino + resMLP + feedForwardOnly + jaxVisionTransformers
        + jaxMixers

    /// The names of the models, in the same order.
    public static let models: [String] = all.reduce(into: []) { names, weights in
        if names.last != weights.model { names.append(weights.model) }
    }

    /// Returns the weights whose published file has this name; nil if there are none or several.
    static func ofFile(_ name: String) -> KnownWeights? {
        let found = all.filter { $0.fileName == name }
        return found.count == 1 ? found[0] : nil
    }

    /// Models that users may ask for and that are not published, with what to do instead.
    static let unpublished = [
        "linear_large": "its author has not published the weights (they are larger than GitHub allows). "
            + "If you have them, load the file by its path."
    ].merging(dinov3) { own, _ in own }

    /// DINOv3's names in torch.hub, whose files Facebook sends by mail.
    ///
    /// - Source: github.com/facebookresearch/dinov3, README.md and dinov3/hub/backbones.py.
    private static let dinov3 = Dictionary(
        uniqueKeysWithValues: [
            ("vits16", "vit_small"), ("vits16plus", "vit_small_plus"), ("vitb16", "vit_base"), ("vitl16", "vit_large"),
            ("vith16plus", "vit_huge_plus"), ("vit7b16", "vit_7b"),
        ].map { name, timm in
            (
                "dinov3_\(name)",
                "its authors send the address of the file by mail, to those who accept its terms. Load timm's copy, under "
                    + "the same license: `load(\"timm/\(timm)_patch16_dinov3.lvd1689m\")`; or "
                    + "`load(\"facebook/dinov3-\(name)-pretrain-lvd1689m\")` after accepting the terms on its page; or the "
                    + "file that you have, by its path."
            )
        })

    /// Returns the weights of a model by their name, or its default ones.
    ///
    /// - Parameter weights: the name of the weights; nil or "DEFAULT" for the default.
    /// - Returns: the weights; nil if no model has this name.
    /// - Throws: ``EngineError/unknownWeights(weights:model:available:)``.
    package static func named(_ model: String, weights: String?) throws(EngineError) -> KnownWeights? {
        let ofModel = all.filter { $0.model == model }
        guard let first = ofModel.first else { return nil }
        guard let weights, weights != "DEFAULT" else { return first }
        // Users copy the whole name: "ViT_B_16_Weights.IMAGENET1K_V1".
        let name = weights.split(separator: ".").last.map { String($0) } ?? weights
        if let found = ofModel.first(where: { $0.weights == weights || $0.weights == name }) { return found }
        throw .unknownWeights(
            weights: weights, model: model, available: ofModel.map(\.weights).filter { !$0.isEmpty })
    }
}
