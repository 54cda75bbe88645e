import Checkpoints
import Compute
import Foundation
import Images
import Platform

/// A trained model: its graph with the weights, and what is known about its origin.
///
/// A model is loaded once and can be used from any thread; each render makes its own ``Executor``.
public final class Model: Sendable {
    /// The name it was loaded by: "vit", or a file's name without its extension.
    public let name: String
    /// The name without what ``changes`` add to it.
    public let baseName: String
    /// The changes of its layers, in the order in which they were made; none for a model as it was loaded.
    public let changes: [any ModelChange]
    /// The kind of model: "vision transformer".
    public let family: String
    /// The height and width of the input in pixels.
    public let imageSize: (height: Int, width: Int)
    /// The input size that was asked for, in pixels; nil for the model's own.
    public let requestedSize: PixelSize?
    /// The settings that were given when the model was loaded.
    public let settings: ModelSettings
    /// The settings of the graph, which the tensors do not determine; nil for those that such a model does not have.
    public let computedSettings: ModelSettings
    /// The size of a patch in pixels.
    public let patchSize: PixelSize
    /// The classes' names in the order of the logits; empty if they are unknown.
    public let classes: [String]
    /// The preprocessing that makes a photograph the input.
    public let preprocessing: Preprocessing
    /// The graph of the computation.
    public let graph: Graph
    /// The origin: "built in", or the path of the file.
    public let origin: String
    /// The number of parameters.
    public let parameterCount: Int
    /// How many bytes the weights take in their file.
    public let weightBytes: Int
    /// The file's record of the training, such as "data" and "test_accuracy".
    public let record: [String: String]
    /// The license of the weights, if it is known.
    public let license: String?
    /// Warnings for the user: assumed settings, weights that are NaN or infinite.
    public let warnings: [String]

    /// The files that the model was loaded from, with their state at that time: weights, and the configurations beside
    /// them.
    package let sources: [SourceFile]

    /// The hash of the computation.
    package let digest: GraphDigest

    /// The device that computes the model.
    public let backend: any Backend
    /// The processor threads that work beside the backend: the backend itself if that is the processor.
    public var host: CPUBackend { backend.host }

    /// The names in the file of the tensors that hold NaN or infinity.
    public let nonFiniteTensors: [String]

    private let checkpoint: any Checkpoint
    /// The tower that reads texts; nil if the file has none.
    let text: TextTower?
    /// The whole file, the configuration and the part, from which the graph is built again for another size.
    private let source: (checkpoint: any Checkpoint, configuration: Configuration, part: String?)

    /// How many bytes of memory the weights take in addition to their file's pages, which the system can drop and read
    /// again.
    ///
    /// Weights stored as float32 are used in place. Other types are converted, and separate queries, keys and values
    /// are joined. A file that may soon be written again is copied: ``copiedBytes``.
    public var packedBytes: Int {
        var seen: Set<ObjectIdentifier> = []
        return graph.nodes.flatMap { $0.operation?.descriptor.parameters ?? [] }
            .reduce(copiedBytes) { $0 + (seen.insert(ObjectIdentifier($1)).inserted ? $1.ownBytes : 0) }
    }

    /// How many bytes of the files are copied to memory, because they had been written shortly before.
    public var copiedBytes: Int { checkpoint.ownBytes }

    /// The SHA-256 in hexadecimal of the weights' file as it was loaded.
    ///
    /// Empty if the file was written before this was first read; then nothing can be computed with the model.
    public var weightsHash: String { checkpoint.sha256 }

    /// Whether the files are unchanged, so that loading the model again would give the same one.
    package var isCurrent: Bool { sources.allSatisfy(\.isUnchanged) }

    /// Checks that the weights are those that were loaded.
    ///
    /// - Throws: ``EngineError/fileChanged(path:whileReading:)`` if a mapped file has been written.
    package func check() throws(EngineError) { try checkpoint.check() }

    /// The layers that have an address, in the order of computation.
    public var layers: [Layer] { graph.layers.filter(\.isListed) }

    /// The number of blocks.
    public var blockCount: Int {
        layers.count { $0.address.hasPrefix("blocks.") && $0.address.split(separator: ".").count == 2 }
    }

    /// Returns the size in pixels of a patch in the grid of a layer; merging makes patches larger than the model's own.
    package func patchSize(in layout: TokenLayout) -> PixelSize {
        let rows = TokenLayout.joined(imageSize.height / patchSize.height, into: layout.rows)
        let columns = TokenLayout.joined(imageSize.width / patchSize.width, into: layout.columns)
        return PixelSize(width: columns * patchSize.width, height: rows * patchSize.height)
    }

    /// Creates a model from `checkpoint`, whose family and sizes follow from its tensors.
    ///
    /// - Parameters:
    ///   - size: the input size in pixels; nil for the model's own. Learned positions are resampled as the weights'
    ///     framework does it.
    ///   - settings: settings that no file contains, or that a file has wrong.
    ///   - classes: the classes' names; nil for those of the file's configuration.
    ///   - backend: the device that computes the model; see ``on(_:)``.
    /// - Throws: ``EngineError/unknownFamily(path:found:)``,
    ///   ``EngineError/unusedTensors(path:family:names:count:)``,
    ///   ``EngineError/missingTensors(path:names:count:)``, ``EngineError/shapeMismatch(place:expected:found:)``,
    ///   ``EngineError/invalidValue(what:found:expected:)``, ``EngineError/notACheckpoint(path:reason:)``,
    ///   ``EngineError/unsupportedConfiguration(place:found:supported:)``,
    ///   ``EngineError/libraryMissing(name:package:)``, ``EngineError/fileChanged(path:whileReading:)``.
    public convenience init(
        _ checkpoint: any Checkpoint, name: String, origin: String, size: PixelSize? = nil,
        settings: ModelSettings = ModelSettings(), classes: [String]? = nil,
        backend: any Backend = CPUBackend.shared
    ) throws(EngineError) {
        try self.init(
            checkpoint, Configuration(checkpoint), name: name, origin: origin, size: size, settings: settings,
            classes: classes, backend: backend)
    }

    /// Creates a model with a configuration that has been read already.
    ///
    /// - Parameter part: which of several weights in the checkpoint to load; nil for the default.
    init(
        _ checkpoint: any Checkpoint, _ configuration: Configuration, name: String, origin: String,
        size: PixelSize? = nil, settings: ModelSettings = ModelSettings(), classes: [String]? = nil,
        part: String? = nil, backend: any Backend
    ) throws(EngineError) {
        // Every computation needs a model first, so this is where a missing OpenBLAS is detected.
        try MatrixProduct.prepare()
        var configuration = configuration
        configuration.requestedSize = size
        // A recipe in a picture's file may contain any size.
        if let size, ![size.width, size.height].allSatisfy((1...16384).contains) {
            throw .invalidValue(what: "The size", found: size.words, expected: "from 1 to 16384 pixels along each side")
        }
        try settings.validate()
        configuration.settings = settings.filled(by: configuration.settings)
        try configuration.settings.validate()
        let whole = checkpoint
        let checkpoint = try Catalog.weights(in: checkpoint, part: part)
        let family = try Catalog.family(of: checkpoint)
        let weights = WeightReader(checkpoint, backend.host.team)
        let blueprint = try family.build(weights, configuration)
        try weights.finish()
        try settings.check(possible: blueprint.settings, family: family.name)
        let read = weights.read
        let isRead = { read.contains(checkpoint.originalName(of: $0)) }
        // Integers (counts of steps, indices of tokens) and empty tensors are not used by any model.
        let unused = checkpoint.names.filter {
            !isRead($0) && !family.ignores($0) && !family.setsAside($0) && !checkpoint.holdsIntegers($0)
                && checkpoint.shape($0)?.count != 0
        }
        guard unused.isEmpty else {
            // Unused tensors mean that the model computes something other than this graph.
            throw .unusedTensors(
                path: checkpoint.path, family: family.name, names: Array(unused.prefix(5)), count: unused.count,
                parts: UnsupportedParts.words(for: unused))
        }
        let logits = blueprint.graph.layer("logits")?.shape.features
        let known = try Self.classNames(classes, configuration, logits: logits)
        let sources = checkpoint.sources + configuration.sources
        try Self.check(checkpoint, sources)
        self.sources = sources
        self.checkpoint = checkpoint
        var textSettings = configuration.text
        textSettings.activation = textSettings.activation ?? blueprint.settings.activation
        text = TextTower(checkpoint, textSettings, folder: configuration.folder, model: name, backend: backend)
        self.source = (whole, configuration, part)
        self.name = name
        baseName = name
        changes = []
        self.origin = origin
        self.family = family.name
        imageSize = (blueprint.size.height, blueprint.size.width)
        requestedSize = size
        self.settings = settings
        computedSettings = blueprint.settings
        patchSize = blueprint.patch
        self.classes = known
        preprocessing = try configuration.preprocessing(size: blueprint.size, blueprint.input)
        graph = blueprint.graph
        digest = GraphDigest(graph, preprocessing)
        // A batch norm's statistics were measured, not learned; frameworks do not count them either.
        parameterCount = checkpoint.names.lazy.filter { isRead($0) && !BatchNorm.isStatistic($0) }
            .reduce(0) { $0 + (checkpoint.shape($1)?.count ?? 0) }
        weightBytes = checkpoint.tensorBytes
        record = configuration.record
        license = configuration.license
        let note = blueprint.settings.note(
            assumed: blueprint.assumed, width: blueprint.width, guessedFrom: configuration.guessSource)
        nonFiniteTensors = weights.nonFiniteTensors
        self.backend = backend
        let decoder = checkpoint.names.filter { name in
            !isRead(name) && WeightWrappers.decoders.contains { name.hasPrefix($0) }
        }
        let aside = checkpoint.names.filter { !isRead($0) && family.setsAside($0) && !decoder.contains($0) }
        warnings =
            checkpoint.notes + Catalog.leftOutNote(decoder) + Catalog.leftOutNote(aside, of: .task)
            + configuration.notes + [note].compactMap(\.self)
            + blueprint.notes + weights.warnings
    }

    /// Returns the same model computed by another backend, with the same weights in memory.
    public func on(_ backend: any Backend) -> Model {
        Model(self, graph: graph, digest: digest, changes: changes, on: backend)
    }

    /// Creates a model with the weights of another in memory, and with a graph of its own.
    init(
        _ model: Model, graph: Graph, digest: GraphDigest? = nil, changes: [any ModelChange], on backend: any Backend
    ) {
        name = Self.name(model.baseName, changedBy: changes)
        baseName = model.baseName
        self.changes = changes
        family = model.family
        imageSize = model.imageSize
        requestedSize = model.requestedSize
        settings = model.settings
        computedSettings = model.computedSettings
        patchSize = model.patchSize
        classes = model.classes
        preprocessing = model.preprocessing
        self.graph = graph
        origin = model.origin
        parameterCount = model.parameterCount
        weightBytes = model.weightBytes
        record = model.record
        license = model.license
        warnings = model.warnings
        sources = model.sources
        self.digest = digest ?? GraphDigest(graph, model.preprocessing)
        nonFiniteTensors = model.nonFiniteTensors
        checkpoint = model.checkpoint
        text = model.text?.on(backend)
        source = model.source
        self.backend = backend
    }

    /// Returns the same model for inputs of another size, with the same weights in memory.
    ///
    /// Learned positions are resampled as the weights' framework does it.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` if the size is no multiple of the patch, or if the
    ///   weights fit no other number of patches. So does a changed model: its changes are of its own patches.
    package func resized(to size: PixelSize) throws(EngineError) -> Model {
        let own = PixelSize(width: imageSize.width, height: imageSize.height)
        guard size != own else { return self }
        guard changes.isEmpty else {
            throw .invalidValue(
                what: "The size of \(name)", found: size.words,
                expected: "\(own.words): a changed model keeps its size; load the model at another one and change that")
        }
        return try Model(
            source.checkpoint, source.configuration, name: name, origin: origin, size: size, settings: settings,
            classes: classes.isEmpty ? nil : classes, part: source.part, backend: backend)
    }

    /// Refuses files that were written while they were read.
    private static func check(_ checkpoint: any Checkpoint, _ sources: [SourceFile]) throws(EngineError) {
        try checkpoint.check()
        // The checkpoint was checked as one file. Several files are consistent if none of them has changed since.
        guard sources.count > 1, let changed = sources.first(where: { !$0.isUnchanged }) else { return }
        throw .fileChanged(path: changed.path, whileReading: true)
    }

    /// Returns the classes' names: the given ones, or those of the configuration.
    private static func classNames(
        _ given: [String]?, _ configuration: Configuration, logits: Int?
    ) throws(EngineError) -> [String] {
        // A configuration's names often belong to another head; only the user's must match.
        var known = given ?? (configuration.classes.count == logits ? configuration.classes : [])
        // TensorFlow's lists of ImageNet have 1,001 lines, the first for the background.
        if let logits, known.count == logits + 1, let first = known.first,
            ["background", "__background__", "dummy"].contains(first.lowercased())
        {
            known.removeFirst()
        }
        guard known.isEmpty || known.count == logits else {
            throw .invalidValue(
                what: "The number of class names", found: "\(known.count)",
                expected: logits.map { "\($0), as many as the model has logits" }
                    ?? "0, since the model has no logits")
        }
        return known
    }

    /// Returns the layer at an address, or with a name of the weights' framework.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``.
    public func layer(_ address: String) throws(EngineError) -> Layer {
        if let layer = graph.layer(address) { return layer }
        throw .unknownLayer(address: address, model: name, near: nearestAddresses(to: address, among: graph.names))
    }

    /// Plans the computation of `layers`.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``;
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)`` if it does not fit into the free memory of the
    ///   backend;
    ///   ``EngineError/invalidValue(what:found:expected:)`` for a batch below 1.
    public func plan(layers: [String], batch: Int = 1, gradient: Bool) throws(EngineError) -> Plan {
        let plan = try planAnyway(layers: layers, batch: batch, gradient: gradient)
        try plan.checkRoom(neededBytes: backend.requiredBytes(for: plan), availableBytes: backend.availableBytes)
        return plan
    }

    /// Creates an executor for `layers` and allocates its memory.
    ///
    /// - Throws: the errors of ``plan(layers:batch:gradient:)`` and of the backend.
    public func makeExecutor(
        layers: [String], batch: Int = 1, gradient: Bool
    ) throws(EngineError) -> any Executor {
        try backend.compile(planAnyway(layers: layers, batch: batch, gradient: gradient))
    }

    /// Returns how many bytes an executor for `layers` takes on the backend, without the weights; `Int.max` if they cannot
    /// be counted.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``.
    public func requiredBytes(layers: [String], batch: Int = 1, gradient: Bool) throws(EngineError) -> Int {
        backend.requiredBytes(for: try planAnyway(layers: layers, batch: batch, gradient: gradient))
    }

    /// Returns the number of floating-point operations of one step: the forward pass and, if `gradient`, the backward
    /// pass.
    ///
    /// - Throws: the errors of ``plan(layers:batch:gradient:)``.
    public func operationCount(
        layers: [String], batch: Int = 1, gradient: Bool
    ) throws(EngineError) -> Int {
        let plan = try plan(layers: layers, batch: batch, gradient: gradient)
        return plan.forwardOperationCount + plan.gradientOperationCount
    }

    /// Plans `layers`, even if that needs more memory than there is.
    private func planAnyway(layers: [String], batch: Int, gradient: Bool) throws(EngineError) -> Plan {
        try Plan(
            graph, layers: layers, batch: batch, gradient: gradient, model: name,
            check: { [checkpoint] () throws(EngineError) in try checkpoint.check() })
    }
}
