import Visualization

/// How far models mix the patches of a photograph, block by block: where a patch's elements look, and what of the
/// rest of the photograph can be told from a few rows of patches.
///
/// Source: the article *Transformer and Mixer Features*, which judges both by eye.
public struct MixingStudy: Sendable {
    /// What is looked at, and how closely.
    public struct Settings: Hashable, Sendable {
        /// The patch whose elements are looked at; the one in the middle when nil.
        public var patch: Int?
        /// How many random signs a gradient's energy is averaged over.
        public var projections: Int
        /// The blocks from whose outputs the photograph is made again; a few when nil, see ``chosenBlocks(of:)``.
        public var blocks: [Int]?
        /// How many rows of patches are given, from the top.
        public var rows: Int
        /// How activations are compared with the photograph's.
        public var likenesses: [Likeness]
        /// How the photograph is made again.
        public var reconstruction: ReconstructionSettings

        /// Settings.
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

        /// Those of ``blocks``, or block 1, the article's block 4, and the last: as many of them as there are.
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
        /// Which of the block's outputs it is.
        public let sublayer: Sublayer
        /// The layer's address.
        public let layer: String
        /// The share of the gradient's energy of one patch's elements that falls outside that patch; nil where no pixel
        /// changes them.
        public let gradientOutside: Double?
        /// How well the photograph was made again from the first rows of patches, by the likeness that was climbed.
        public internal(set) var errors: [Likeness: ReconstructionErrors] = [:]

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
    /// What the photograph is called.
    public let photographName: String
    /// What was looked at.
    public let settings: Settings
    /// Where the gradients come from, for each of ``rows``.
    public internal(set) var reaches: [GradientReach] = []
    /// The layers, model by model and block by block.
    public internal(set) var rows: [Row] = []
    /// The pictures that were made again, a sheet for each model and block.
    public internal(set) var reconstructions: [(block: Int, reconstruction: Reconstruction)] = []
    /// Whether it was interrupted before the end.
    public internal(set) var wasInterrupted = false

    /// A study of these layers, or one that has not begun.
    package init(models: [String], photographName: String, settings: Settings, rows: [Row] = []) {
        self.models = models
        self.photographName = photographName
        self.settings = settings
        self.rows = rows
    }
}

/// How far a study is.
///
/// It is valid during the call that it is handed to.
public struct MixingProgress {
    /// What is being done.
    public enum Phase: Hashable, Sendable {
        /// The gradients of a layer's patch are computed.
        case gradient(layer: String)
        /// The photograph is made again from a block's outputs.
        case reconstruction(block: Int)
    }

    /// The model.
    public let model: String
    /// What is being done.
    public let phase: Phase
    /// Which share of all arithmetic is done, 0…1.
    public let share: Double
    /// The render, while there is one.
    public let render: RenderProgress?
    /// What was found so far.
    public let soFar: MixingStudy

    /// "vit: reconstruction from block 4".
    public var words: String {
        switch phase {
        case .gradient(let layer): "\(model): gradients of \(layer)"
        case .reconstruction(let block): "\(model): reconstruction from block \(block)"
        }
    }
}
