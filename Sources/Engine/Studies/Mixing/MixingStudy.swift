import Compute
import Images
import Models
import Platform
import Visualization

/// A study of how far models mix the patches of a photograph, block by block: where a patch's elements look, and how
/// much of the rest of the photograph can be recovered from a few rows of patches.
///
/// Source: the article *Transformer and Mixer Features*, which judges both by eye.
public struct MixingStudy: Sendable {
    /// The settings of a study.
    public struct Settings: Hashable, Sendable {
        /// The patch whose elements are measured; nil for the one in the middle.
        ///
        /// In a model whose blocks have grids of several sizes, it is one of the coarsest grid; in a finer one, the patch in the
        /// middle of its area is measured.
        public var patch: Int?
        /// How many random signs a gradient's energy is averaged over.
        public var projections: Int
        /// The blocks from whose outputs the photograph is reconstructed; nil for a few, see ``chosenBlocks(of:)``.
        public var blocks: [Int]?
        /// How many rows of patches are given, from the top; rows of the coarsest grid, if a model's blocks have several.
        public var rows: Int
        /// The measures by which activations are compared with the photograph's.
        public var likenesses: [Likeness]
        /// The settings of the reconstructions.
        public var reconstruction: ReconstructionSettings

        /// Creates settings.
        public init(
            patch: Int? = nil, projections: Int = 32, blocks: [Int]? = nil, rows: Int = 2,
            likenesses: [Likeness] = [.l1, .cosine], reconstruction: ReconstructionSettings = .init()
        ) {
            self.patch = patch
            self.projections = projections
            self.blocks = blocks
            self.rows = rows
            self.likenesses = likenesses
            self.reconstruction = reconstruction
        }

        /// Returns ``blocks``, or else block 1, the article's block 4 and the last, as far as they exist.
        public func chosenBlocks(of count: Int) -> [Int] {
            blocks ?? Set([1, 4, count - 1].map { min($0, count - 1) }).sorted()
        }
    }

    /// The numbers of one layer.
    public struct Row: Hashable, Sendable {
        /// The model's name.
        public let model: String
        /// Whether the model exchanges patches by attention.
        public let usesAttention: Bool
        /// The block's index.
        public let block: Int
        /// Which of the block's outputs the layer is.
        public let sublayer: Sublayer
        /// The layer's address.
        public let layer: String
        /// The share of the gradient's energy of one patch's elements that falls outside that patch; nil if no pixel
        /// changes them.
        public let gradientOutside: Double?
        /// The errors of the reconstructions from the first rows of patches, by the likeness that was maximized.
        public fileprivate(set) var errors: [Likeness: ReconstructionErrors] = [:]

        package init(
            model: String, usesAttention: Bool, block: Int, sublayer: Sublayer, layer: String, gradientOutside: Double?,
            errors: [Likeness: ReconstructionErrors] = [:]
        ) {
            self.model = model
            self.usesAttention = usesAttention
            self.block = block
            self.sublayer = sublayer
            self.layer = layer
            self.gradientOutside = gradientOutside
            self.errors = errors
        }
    }

    /// The names of the models, in the order in which they were given.
    public let models: [String]
    /// The photograph's name.
    public let photographName: String
    /// The settings.
    public let settings: Settings
    /// Where the gradients fall, for each of ``rows``.
    public private(set) var reaches: [GradientReach] = []
    /// The layers, model by model and block by block.
    public private(set) var rows: [Row] = []
    /// The reconstructions, one for each model and block.
    public private(set) var reconstructions: [(block: Int, reconstruction: Reconstruction)] = []
    /// Whether the study was interrupted before its end.
    public private(set) var wasInterrupted = false

    /// Creates a study with these rows, or one that has not begun.
    package init(models: [String], photographName: String, settings: Settings, rows: [Row] = []) {
        self.models = models
        self.photographName = photographName
        self.settings = settings
        self.rows = rows
    }
}

extension MixingStudy {
    /// Studies models on one photograph: first the gradients of all blocks and sublayers, then the reconstructions.
    ///
    /// - Parameters:
    ///   - models: the models, each once; their blocks have patches.
    ///   - photograph: of any size; the models' own preprocessing prepares it.
    ///   - photographName: the photograph's file, or another name for it.
    ///   - cancellation: ends the study, with the results so far.
    ///   - progress: is called after each layer and each step.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``,
    ///   ``EngineError/outOfRange(what:index:count:place:)``,
    ///   ``EngineError/noPatches(layer:model:shape:)``, ``EngineError/notANumber(step:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``; ``EngineError/cancelled`` when interrupted before
    ///   the first layer.
    public init(
        of models: [Model], on photograph: Image, named photographName: String = "photograph",
        _ settings: Settings = .init(), cancellation: Cancellation = Cancellation(),
        progress: (MixingProgress) -> Void = { _ in }
    ) throws(EngineError) {
        self.init(models: models.map(\.name), photographName: photographName, settings: settings)
        let work = try MixingWork(models, settings)
        do {
            try measureGradients(work, photograph, cancellation, progress)
            try reconstruct(work, photograph, cancellation, progress)
        } catch .cancelled where !rows.isEmpty {
            wasInterrupted = true
        }
    }

    private mutating func measureGradients(
        _ work: MixingWork, _ photograph: Image, _ cancellation: Cancellation, _ progress: (MixingProgress) -> Void
    ) throws(EngineError) {
        for (model, layers) in work.layers {
            let input = model.preprocessing.tensor(of: photograph)
            for layer in layers {
                try cancellation.check()
                let reach = try model.gradientReach(
                    of: layer.address, patch: layer.patch, at: input, projections: settings.projections,
                    cancellation: cancellation)
                reaches.append(reach)
                rows.append(
                    Row(
                        model: model.name, usesAttention: model.usesAttention, block: layer.block,
                        sublayer: layer.sublayer, layer: layer.address, gradientOutside: reach.outside))
                let done = work.gradientCost(of: rows.count)
                progress(
                    .init(
                        model: model.name, phase: .gradient(layer: layer.address), share: done / work.cost,
                        render: nil, soFar: self))
            }
        }
    }

    private mutating func reconstruct(
        _ work: MixingWork, _ photograph: Image, _ cancellation: Cancellation, _ progress: (MixingProgress) -> Void
    ) throws(EngineError) {
        var done = work.gradientCost(of: rows.count)
        for task in work.tasks {
            try cancellation.check()
            let (name, soFar) = (task.model.name, self)
            let result = try task.model.reconstruct(
                photograph, named: photographName, from: task.sources, settings.reconstruction,
                cancellation: cancellation
            ) { render in
                let share = Double(render.step) / Double(render.steps)
                progress(
                    .init(
                        model: name, phase: .reconstruction(block: task.block),
                        share: (done + task.cost * share) / work.cost, render: render, soFar: soFar))
            }
            // An unfinished reconstruction would look like a failed one.
            if result.rendering.wasInterrupted { throw .cancelled }
            done += task.cost
            reconstructions.append((task.block, result))
            for part in result.parts {
                guard let index = rows.firstIndex(where: { $0.model == name && $0.layer == part.source.target.layer })
                else { continue }
                rows[index].errors[part.source.likeness] = part.errors
            }
        }
    }
}

/// The parts of a study with their costs in operations, checked before any of them begins.
private struct MixingWork {
    struct Layer {
        let block: Int
        let sublayer: Sublayer
        let address: String
        /// The layout of its patches.
        let layout: TokenLayout
        /// The patch that is measured; nil for the one in the middle.
        var patch: Int?
    }

    struct Task {
        let model: Model
        let block: Int
        let sources: [Reconstruction.Source]
        let cost: Double
    }

    private(set) var layers: [(model: Model, layers: [Layer])] = []
    private(set) var tasks: [Task] = []
    private var gradientCosts: [Double] = []

    init(_ models: [Model], _ settings: MixingStudy.Settings) throws(EngineError) {
        guard !models.isEmpty else {
            throw .invalidValue(what: "The number of models", found: "0", expected: "1 or more")
        }
        var names = Set<String>()
        for model in models {
            guard names.insert(model.name).inserted else {
                throw .invalidValue(
                    what: "The models to compare", found: "\(model.name) twice", expected: "each model once")
            }
            try add(model, settings)
        }
    }

    private mutating func add(_ model: Model, _ settings: MixingStudy.Settings) throws(EngineError) {
        var own: [Layer] = []
        for block in 0..<model.blockCount {
            for sublayer in Sublayer.allCases {
                guard let address = model.address(of: sublayer, inBlock: block) else { continue }
                let shape = try model.layerShape(address)
                guard case .tokens(let layout, _) = shape else {
                    throw .noPatches(layer: address, model: model.name, shape: shape)
                }
                own.append(Layer(block: block, sublayer: sublayer, address: address, layout: layout))
                let operations = try model.operationCount(layers: [address], gradient: true)
                gradientCosts.append(Double(operations) * Double(settings.projections))
            }
        }
        guard let layout = own.map(\.layout).min(by: { $0.patchCount < $1.patchCount }) else {
            throw .invalidValue(what: "The number of blocks of \(model.name)", found: "0", expected: "1 or more")
        }
        guard layout.rows > 1 else {
            throw .invalidValue(
                what: "The grid of the last blocks of \(model.name)", found: "one row of patches",
                expected: "2 or more, so that some can be given: load the model with a larger `size:`")
        }
        guard (1..<layout.rows).contains(settings.rows) else {
            throw .invalidValue(
                what: "The number of given rows of patches", found: "\(settings.rows)",
                expected: "1 to \(layout.rows - 1), since \(model.name) sees \(layout.rows) rows")
        }
        if let patch = settings.patch, !(0..<layout.patchCount).contains(patch) {
            throw .outOfRange(what: "patch", index: patch, count: layout.patchCount, place: model.name)
        }
        if let patch = settings.patch {
            for index in own.indices { own[index].patch = own[index].layout.patch(inMiddleOf: patch, of: layout) }
        }
        layers.append((model, own))
        for block in settings.chosenBlocks(of: model.blockCount) {
            guard (0..<model.blockCount).contains(block) else {
                throw .outOfRange(what: "block", index: block, count: model.blockCount, place: model.name)
            }
            let chosen = own.filter { $0.block == block }
            var sources: [Reconstruction.Source] = []
            for layer in chosen {
                // The same part of the photograph in every block.
                let rows = settings.rows * layer.layout.rows / layout.rows
                let target = try Target(model: model.name, layer: layer.address)
                    .patches(rows: 0..<rows, in: model.layerShape(layer.address))
                sources += settings.likenesses.map { .init(target, by: $0) }
            }
            guard !sources.isEmpty else { continue }
            let operations = try model.operationCount(layers: chosen.map(\.address), gradient: true)
            let cost = Double(operations) * Double(sources.count) * Double(settings.reconstruction.steps)
            tasks.append(Task(model: model, block: block, sources: sources, cost: cost))
        }
    }

    /// Returns the cost of the gradients of the first `count` layers.
    func gradientCost(of count: Int) -> Double { gradientCosts.prefix(count).reduce(0, +) }

    /// The cost of the whole study.
    var cost: Double { gradientCost(of: gradientCosts.count) + tasks.reduce(0) { $0 + $1.cost } }
}

/// The progress of a study.
///
/// It is valid only during the call that receives it.
public struct MixingProgress {
    /// A part of a study.
    public enum Phase: Hashable, Sendable {
        /// The gradients of a layer's patch are being computed.
        case gradient(layer: String)
        /// The photograph is being reconstructed from a block's outputs.
        case reconstruction(block: Int)
    }

    /// The model.
    public let model: String
    /// The current part.
    public let phase: Phase
    /// The share of all arithmetic that is done, 0…1.
    public let share: Double
    /// The progress of the current render, if there is one.
    public let render: RenderProgress?
    /// The results so far.
    public let soFar: MixingStudy

    /// The current part in words: "vit: reconstruction from block 4".
    public var words: String {
        switch phase {
        case .gradient(let layer): "\(model): gradients of \(layer)"
        case .reconstruction(let block): "\(model): reconstruction from block \(block)"
        }
    }
}
