import Checkpoints
import Compute
import Foundation
import Images
import Platform

/// A trained model: its graph with the weights in it, and what is known about where it comes from.
///
/// Loaded once and used from any thread; each render makes an ``Executor`` of its own.
public final class Model: Sendable {
    /// What it was loaded as: "vit", or a file's name without its ending.
    public let name: String
    /// The kind of model: "vision transformer".
    public let family: String
    /// Rows and columns of the input in pixels.
    public let imageSize: (height: Int, width: Int)
    /// The size in pixels that was asked for in place of its own; nil for its own.
    public let requestedSize: PixelSize?
    /// What was said of it when it was loaded, as no file tells it.
    public let settings: ModelSettings
    /// What it was made with of what no tensor tells; nil for what such a model does not have.
    public let computedSettings: ModelSettings
    /// A patch in pixels.
    public let patchSize: PixelSize
    /// The classes' names in the order of the logits; empty where they are unknown.
    public let classes: [String]
    /// How a photograph becomes its input.
    public let preprocessing: Preprocessing
    /// What it computes.
    public let graph: Graph
    /// "built in", or the path of its file.
    public let origin: String
    /// How many numbers were learned.
    public let parameterCount: Int
    /// How many bytes the weights take in their file.
    public let weightBytes: Int
    /// What the file says of the training, such as "data" and "test_accuracy".
    public let record: [String: String]
    /// Under which license the weights are, where it is known.
    public let license: String?
    /// What its user should know: what was assumed, weights that are no numbers.
    public let warnings: [String]

    /// The files that it was loaded from, as they were then: weights, and the configurations beside them.
    package let sources: [SourceFile]

    /// The hash of all that it computes.
    package let digest: GraphDigest

    /// What computes it.
    public let backend: any Backend
    /// The processor's threads that work beside its backend: the backend itself where that is the processor.
    public var host: CPUBackend { backend.host }

    /// The tensors, as the file calls them, that hold NaN or infinity.
    public let nonFiniteTensors: [String]

    private let checkpoint: any Checkpoint

    /// How many bytes of memory the weights take besides their file's pages, which the system can drop and read again.
    ///
    /// What is stored as float32 is used where it lies; other types are converted, and queries, keys and values that
    /// lie apart are put together. A file that may soon be written again is copied: ``copiedBytes``.
    public var packedBytes: Int {
        var seen: Set<ObjectIdentifier> = []
        return graph.nodes.flatMap { $0.operation?.descriptor.parameters ?? [] }
            .reduce(copiedBytes) { $0 + (seen.insert(ObjectIdentifier($1)).inserted ? $1.ownBytes : 0) }
    }

    /// How many bytes of its files are copies in memory, since they had been written shortly before.
    public var copiedBytes: Int { checkpoint.ownBytes }

    /// The SHA-256 in hexadecimal of what the weights' file held when it was loaded.
    ///
    /// Empty where the file was written before this was first asked for; nothing can be computed with the model then.
    public var weightsHash: String { checkpoint.sha256 }

    /// Whether its files are those that it was loaded from, so that loading it again would give the same.
    package var isCurrent: Bool { sources.allSatisfy(\.isUnchanged) }

    /// Finds out whether its weights are those that it was loaded with.
    ///
    /// - Throws: ``EngineError/fileChanged(path:whileReading:)`` where a file that it is mapped from has been written.
    package func check() throws(EngineError) { try checkpoint.check() }

    /// The layers that have an address, in the order of computation.
    public var layers: [Layer] { graph.layers.filter(\.isListed) }

    /// How many blocks follow one another.
    public var blockCount: Int {
        layers.count { $0.address.hasPrefix("blocks.") && $0.address.split(separator: ".").count == 2 }
    }

    /// A model of `checkpoint`, whose family and sizes are read off its tensors.
    ///
    /// - Parameters:
    ///   - size: its input in pixels; its own when nil. Learned positions are stretched as the weights' framework
    ///     stretches them.
    ///   - settings: what no file tells of it, or tells wrongly.
    ///   - classes: the classes' names; those of the file's own configuration when nil.
    ///   - backend: what computes it; see ``on(_:)``.
    /// - Throws: ``EngineError/unknownFamily(path:lookedFor:found:)``,
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

    /// The same with a configuration that is known already.
    ///
    /// - Parameter part: which of several weights in the checkpoint is wanted; the usual one when nil.
    init(
        _ checkpoint: any Checkpoint, _ configuration: Configuration, name: String, origin: String,
        size: PixelSize? = nil, settings: ModelSettings = ModelSettings(), classes: [String]? = nil,
        part: String? = nil, backend: any Backend
    ) throws(EngineError) {
        // Whatever computes needs a model first, so this is where a machine without OpenBLAS is told from others.
        try MatrixProduct.prepare()
        var configuration = configuration
        configuration.requestedSize = size
        // A recipe in a picture's file may ask for any size.
        if let size, ![size.width, size.height].allSatisfy((1...16384).contains) {
            throw .invalidValue(what: "The size", found: size.words, expected: "from 1 to 16384 pixels along each side")
        }
        try settings.validate()
        configuration.settings = settings.filled(by: configuration.settings)
        try configuration.settings.validate()
        let checkpoint = try Catalog.weights(in: checkpoint, part: part)
        let family = try Catalog.family(of: checkpoint)
        let weights = WeightReader(checkpoint, backend.host.team)
        let blueprint = try family.build(weights, configuration)
        try weights.finish()
        try settings.check(possible: blueprint.settings, family: family.name)
        let read = weights.read
        let isRead = { read.contains(checkpoint.originalName(of: $0)) }
        // Counts of steps and places of tokens are not learned, and of no registers nothing is: no model computes with them.
        let unused = checkpoint.names.filter {
            !isRead($0) && !family.ignores($0) && !checkpoint.holdsIntegers($0) && checkpoint.shape($0)?.count != 0
        }
        guard unused.isEmpty else {
            // Unused tensors mean that the model computes something other than this graph does.
            throw .unusedTensors(
                path: checkpoint.path, family: family.name, names: Array(unused.prefix(5)), count: unused.count)
        }
        let logits = blueprint.graph.layer("logits")?.shape.features
        let known = try Self.classNames(classes, configuration, logits: logits)
        let sources = checkpoint.sources + configuration.sources
        try Self.check(checkpoint, sources)
        self.sources = sources
        self.checkpoint = checkpoint
        self.name = name
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
        parameterCount = checkpoint.names.lazy.filter(isRead).reduce(0) { $0 + (checkpoint.shape($1)?.count ?? 0) }
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
        warnings =
            checkpoint.notes + Catalog.leftOut(decoder) + configuration.notes + [note].compactMap(\.self)
            + blueprint.notes + weights.warnings
    }

    /// The same model, computed by another backend. Both use the same weights in memory.
    public func on(_ backend: any Backend) -> Model { Model(self, on: backend) }

    private init(_ model: Model, on backend: any Backend) {
        name = model.name
        family = model.family
        imageSize = model.imageSize
        requestedSize = model.requestedSize
        settings = model.settings
        computedSettings = model.computedSettings
        patchSize = model.patchSize
        classes = model.classes
        preprocessing = model.preprocessing
        graph = model.graph
        origin = model.origin
        parameterCount = model.parameterCount
        weightBytes = model.weightBytes
        record = model.record
        license = model.license
        warnings = model.warnings
        sources = model.sources
        digest = model.digest
        nonFiniteTensors = model.nonFiniteTensors
        checkpoint = model.checkpoint
        self.backend = backend
    }

    /// Refuses what was read of files that were written meanwhile.
    private static func check(_ checkpoint: any Checkpoint, _ sources: [SourceFile]) throws(EngineError) {
        try checkpoint.check()
        // One file is of one moment. Several are where none of them has changed since.
        guard sources.count > 1, let changed = sources.first(where: { !$0.isUnchanged }) else { return }
        throw .fileChanged(path: changed.path, whileReading: true)
    }

    /// The classes' names: those that were given, or those of the configuration.
    private static func classNames(
        _ given: [String]?, _ configuration: Configuration, logits: Int?
    ) throws(EngineError) -> [String] {
        // A configuration's names are as often those of another head; only the user's must fit.
        var known = given ?? (configuration.classes.count == logits ? configuration.classes : [])
        // TensorFlow's lists of ImageNet have 1,001 lines, the first for what is none of the classes.
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

    /// The layer of this address, or of this name in the weights' framework.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``.
    public func layer(_ address: String) throws(EngineError) -> Layer {
        if let layer = graph.layer(address) { return layer }
        throw .unknownLayer(address: address, model: name, near: nearestAddresses(to: address, among: graph.names))
    }

    /// Plans the computation of `layers`.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``;
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)`` where it does not fit into the memory that its backend has
    ///   left; ``EngineError/invalidValue(what:found:expected:)`` for a batch below 1.
    public func plan(layers: [String], batch: Int = 1, gradient: Bool) throws(EngineError) -> Plan {
        let plan = try planAnyway(layers: layers, batch: batch, gradient: gradient)
        try plan.checkRoom(neededBytes: backend.requiredBytes(for: plan), availableBytes: backend.availableBytes)
        return plan
    }

    /// An executor for `layers`, its memory allocated.
    ///
    /// - Throws: as ``plan(layers:batch:gradient:)``; what its backend throws.
    public func makeExecutor(
        layers: [String], batch: Int = 1, gradient: Bool
    ) throws(EngineError) -> any Executor {
        try backend.compile(planAnyway(layers: layers, batch: batch, gradient: gradient))
    }

    /// How many bytes an executor for `layers` takes on its backend, without the weights; `Int.max` for more than can be
    /// counted.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``.
    public func requiredBytes(layers: [String], batch: Int = 1, gradient: Bool) throws(EngineError) -> Int {
        backend.requiredBytes(for: try planAnyway(layers: layers, batch: batch, gradient: gradient))
    }

    /// Floating-point operations of one step: forward and, if wanted, the input gradient.
    ///
    /// - Throws: as ``plan(layers:batch:gradient:)``.
    public func operationCount(
        layers: [String], batch: Int = 1, gradient: Bool
    ) throws(EngineError) -> Int {
        let plan = try plan(layers: layers, batch: batch, gradient: gradient)
        return plan.forwardOperationCount + plan.gradientOperationCount
    }

    /// A plan that may need more memory than there is.
    private func planAnyway(layers: [String], batch: Int, gradient: Bool) throws(EngineError) -> Plan {
        try Plan(
            graph, layers: layers, batch: batch, gradient: gradient, model: name,
            check: { [checkpoint] () throws(EngineError) in try checkpoint.check() })
    }
}
