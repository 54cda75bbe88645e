import Downloads

/// Weights on this disk, and what is known about them in addition to their file.
public struct LocalWeights: Hashable, Sendable {
    /// A file, or a folder with `config.json` and the weights, as huggingface_hub arranges it.
    public let path: String
    /// The model's name: "vit_b_32".
    public let name: String
    /// The origin in words: "torchvision IMAGENET1K_V1", "Hugging Face timm/mixer_b16_224@1a2b3c4".
    public let origin: String
    /// The license: "BSD-3-Clause"; nil if it is not stated.
    public let license: String?
    /// The preprocessing of photographs, if the project states it and the file does not.
    public let preprocessing: Preprocessing?
    /// Whether the logits are the thousand classes of ImageNet-1k.
    public let usesImageNetClasses: Bool
    /// Whether positions are resampled as DINO's authors do it, by a factor of (patches + 0.1) / patches.
    public let stretchesWithOffset: Bool
    /// Whether the model itself changes its input from ImageNet's normalization to that of −1…1.
    public let transformsInput: Bool
    /// Which of several weights in the file to load: "model_ema"; nil for the default.
    public var part: String?
}

extension LocalWeights {
    /// Creates weights of which only the file is known.
    init(path: String, name: String, origin: String) {
        self.init(
            path: path, name: name, origin: origin, license: nil, preprocessing: nil, usesImageNetClasses: false,
            stretchesWithOffset: false, transformsInput: false)
    }

    /// Creates known weights whose file is at `path`.
    init(_ known: KnownWeights, path: String, name: String, origin: String) {
        self.init(
            path: path, name: name, origin: origin, license: known.license, preprocessing: known.preprocessing,
            usesImageNetClasses: known.usesImageNetClasses, stretchesWithOffset: known.stretchesWithOffset,
            transformsInput: known.transformsInput)
    }

    /// Creates the weights of a repository in the cache, in the version that was found.
    init(_ cache: HubCache, _ found: HubDownload.Result) {
        let repository = cache.name.repository
        let short = repository.split(separator: "/").last.map { String($0) } ?? repository
        self.init(
            path: cache.snapshot(found.commit), name: short,
            origin: "Hugging Face \(repository)@\(found.commit.prefix(7))", license: found.license, preprocessing: nil,
            usesImageNetClasses: Self.isTrainedOnImageNet(repository), stretchesWithOffset: false,
            transformsInput: false)
    }

    /// Returns whether a repository of timm was last trained on ImageNet-1k, which its name says:
    /// `augreg_in21k_ft_in1k`. timm's files do not name the classes.
    private static func isTrainedOnImageNet(_ repository: String) -> Bool {
        repository.hasPrefix("timm/") && repository.hasSuffix("in1k")
    }
}
