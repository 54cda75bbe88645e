import Checkpoints
import Compute
import Downloads
import Foundation
import Images
import Platform

/// How far the loading of a model is.
public enum ModelProgress: Sendable {
    /// Its weights are being fetched.
    case downloading(DownloadProgress)
    /// A file of them is being read.
    case reading(ReadingProgress)
}

extension Model {
    /// Loads a model by its name or its path; what is on no disk yet is downloaded.
    ///
    /// - Parameters:
    ///   - nameOrPath: a built-in model, a path, a name that a project gives its model ("vit_b_32"), or a repository of
    ///     the Hugging Face hub ("facebook/dinov2-small"); see ``ModelSource``.
    ///   - weights: which of a project's weights, "IMAGENET1K_SWAG_E2E_V1", or of those in a file that holds several,
    ///     "model_ema"; the usual ones when nil.
    ///   - size: its input in pixels, a number for a square; its own when nil. Learned positions are stretched as the
    ///     weights' framework stretches them.
    ///   - settings: what no file tells of it, or tells wrongly: heads, activation, epsilon, norms, pooling.
    ///   - classes: the classes' names; those that the file or its project gives when nil.
    ///   - backend: what computes it; see ``Model/on(_:)``.
    ///   - source: where names are looked up.
    ///   - cancellation: stops the download and the reading.
    ///   - progress: told of a download at most ten times a second, then of the reading.
    /// - Throws: what ``ModelSource/resolve(_:weights:update:cancellation:progress:)`` and
    ///   ``Model/init(_:name:origin:size:settings:classes:backend:)`` throw.
    public static func load(
        _ nameOrPath: String, weights: String? = nil, size: PixelSize? = nil,
        settings: ModelSettings = ModelSettings(), classes: [String]? = nil,
        backend: any Backend = CPUBackend.shared, from source: ModelSource = ModelSource(),
        cancellation: Cancellation = Cancellation(),
        progress: (ModelProgress) -> Void = { _ in }
    ) throws(EngineError) -> Model {
        let local = try source.resolve(nameOrPath, weights: weights, cancellation: cancellation) {
            progress(.downloading($0))
        }
        // What is built in or lies in a cache is replaced whole; a file of the user's own may be written in place.
        let isOwn = if case .local = try source.locate(nameOrPath, weights: weights) { true } else { false }
        let checkpoint = try CheckpointFile.open(
            local.path, part: local.part, mapping: isOwn ? .whereSettled : .always, on: backend.host
        ) { (reading) throws(EngineError) in
            try cancellation.check()
            progress(.reading(reading))
        }
        var configuration = try Configuration(checkpoint, at: local.path)
        configuration.add(local)
        let model = try Model(
            checkpoint, configuration, name: local.name, origin: local.origin, size: size, settings: settings,
            classes: classes, part: local.part, backend: backend)
        return model
    }
}

extension Configuration {
    /// Adds what the weights' project says of them and their file does not.
    mutating func add(_ local: LocalWeights) {
        license = local.license ?? license
        if local.stretchesWithOffset { positions = .bicubicOffset }
        if local.usesImageNetClasses, classes.isEmpty { classes = ImageNet.classes }
        // What a project publishes is made by its own code, as the family is written here.
        if local.preprocessing != nil { isComplete = true }
        if let preprocessing = local.preprocessing, mean == nil {
            mean = preprocessing.mean
            deviation = preprocessing.std
            inputSize = preprocessing.size
            resize = preprocessing.resize
            interpolation = preprocessing.interpolation
        }
    }
}
