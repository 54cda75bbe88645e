import Checkpoints
import Compute
import Downloads
import Foundation
import Images
import Platform

/// The progress of loading a model.
public enum ModelProgress: Sendable {
    /// The weights are being downloaded.
    case downloading(DownloadProgress)
    /// A file of weights is being read.
    case reading(ReadingProgress)
}

extension Model {
    /// Loads a model by its name or its path, and downloads it if it is not on this disk.
    ///
    /// - Parameters:
    ///   - nameOrPath: a built-in model, a path, a project's name for its model ("vit_b_32"), or a repository of the
    ///     Hugging Face hub ("facebook/dinov2-small"); see ``ModelSource``.
    ///   - weights: which of a project's weights ("IMAGENET1K_SWAG_E2E_V1"), or of the weights in a file that holds
    ///     several ("model_ema"); nil for the default.
    ///   - size: the input size in pixels; nil for the model's own. Learned positions are resampled as the weights'
    ///     framework does it.
    ///   - settings: settings that no file contains, or that a file has wrong: heads, activation, epsilon, norms,
    ///     pooling.
    ///   - classes: the classes' names; nil for those of the file or its project.
    ///   - backend: the device that computes the model; see ``Model/on(_:)``.
    ///   - source: the source in which names are looked up.
    ///   - cancellation: stops the download and the reading.
    ///   - progress: is called at most ten times a second during a download, then during the reading.
    /// - Throws: the errors of ``ModelSource/resolve(_:weights:update:cancellation:progress:)`` and
    ///   ``Model/init(_:name:origin:size:settings:classes:backend:)``.
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
        // Built-in and cached files are only replaced as a whole; the user's own files may be written in place.
        let isOwn = if case .local = try source.locate(nameOrPath, weights: weights) { true } else { false }
        func open(_ path: String, part: String?, isOwn: Bool) throws(EngineError) -> any Checkpoint {
            try CheckpointFile.open(path, part: part, mapping: isOwn ? .whereSettled : .always, on: backend.host) {
                (reading) throws(EngineError) in
                try cancellation.check()
                progress(.reading(reading))
            }
        }
        let stored = try open(local.path, part: local.part, isOwn: isOwn)
        let merged = try mergingAdapters(of: stored, at: local.path) { (name) throws(EngineError) in
            let base = try source.resolve(name, cancellation: cancellation) { progress(.downloading($0)) }
            return (try open(base.path, part: nil, isOwn: true), base.path)
        }
        let checkpoint = merged.checkpoint
        var configuration = try Configuration(checkpoint, at: merged.path)
        if let settings = merged.settings { configuration.sources.append(settings) }
        configuration.add(local)
        let model = try Model(
            checkpoint, configuration, name: local.name, origin: local.origin, size: size, settings: settings,
            classes: classes, part: local.part, backend: backend)
        return model
    }
}

extension Configuration {
    /// Adds what the weights' project states and their file does not contain.
    mutating func add(_ local: LocalWeights) {
        license = local.license ?? license
        if local.stretchesWithOffset { positions = .bicubicOffset }
        if local.transformsInput { transformsInput = true }
        if local.usesImageNetClasses, classes.isEmpty { classes = ImageNet.classes }
        // Published weights were made by the project's own code, which the family follows.
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
