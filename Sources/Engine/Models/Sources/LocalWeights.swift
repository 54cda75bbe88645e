import Downloads

/// Weights on this disk, and what is known of them besides what their file says.
public struct LocalWeights: Hashable, Sendable {
    /// A file; or a folder with `config.json` and the weights beside it, as huggingface_hub lays it out.
    public let path: String
    /// What to call the model: "vit_b_32".
    public let name: String
    /// Where it comes from, in words: "torchvision IMAGENET1K_V1", "Hugging Face timm/mixer_b16_224@1a2b3c4".
    public let origin: String
    /// Under which conditions it may be used: "BSD-3-Clause"; nil where it is not stated.
    public let license: String?
    /// How photographs were shown to it, where its project says so and its file does not.
    public let preprocessing: Preprocessing?
    /// Whether a thousand logits are the classes of ImageNet-1k.
    public let usesImageNetClasses: Bool
    /// Whether positions are stretched as DINO's authors do it: by (patches + 0.1) / patches.
    public let stretchesWithOffset: Bool
    /// Which of several weights in the file is wanted: "model_ema"; the usual ones when nil.
    public var part: String?
}

extension LocalWeights {
    /// Weights of which only their file is known.
    init(path: String, name: String, origin: String) {
        self.init(
            path: path, name: name, origin: origin, license: nil, preprocessing: nil, usesImageNetClasses: false,
            stretchesWithOffset: false)
    }

    /// The file of known weights at `path`.
    init(_ known: KnownWeights, path: String, name: String, origin: String) {
        self.init(
            path: path, name: name, origin: origin, license: known.license, preprocessing: known.preprocessing,
            usesImageNetClasses: known.usesImageNetClasses, stretchesWithOffset: known.stretchesWithOffset)
    }

    /// A repository's files in the cache, in the version that was found.
    init(_ cache: HubCache, _ found: HubDownload.Result) {
        let repository = cache.name.repository
        let short = repository.split(separator: "/").last.map { String($0) } ?? repository
        self.init(
            path: cache.snapshot(found.commit), name: short,
            origin: "Hugging Face \(repository)@\(found.commit.prefix(7))", license: found.license, preprocessing: nil,
            usesImageNetClasses: Self.isTrainedOnImageNet(repository), stretchesWithOffset: false)
    }

    /// timm's names say what the weights were trained on last: `augreg_in21k_ft_in1k`. Its files name no classes.
    private static func isTrainedOnImageNet(_ repository: String) -> Bool {
        repository.hasPrefix("timm/") && repository.hasSuffix("in1k")
    }
}
