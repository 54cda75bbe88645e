import Visualization

/// A study of how far models mix the patches of a photograph, block by block: where a patch's elements look, and how
/// much of the rest of the photograph can be recovered from a few rows of patches.
///
/// Source: the article *Transformer and Mixer Features*, which judges both by eye.
public struct MixingStudy: Sendable {
    /// The settings of a study.
    public struct Settings: Hashable, Sendable {
        /// The patch whose elements are measured; nil for the one in the middle.
        public var patch: Int?
        /// How many random signs a gradient's energy is averaged over.
        public var projections: Int
        /// The blocks from whose outputs the photograph is reconstructed; nil for a few, see ``chosenBlocks(of:)``.
        public var blocks: [Int]?
        /// How many rows of patches are given, from the top.
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
    /// The photograph's name.
    public let photographName: String
    /// The settings.
    public let settings: Settings
    /// Where the gradients fall, for each of ``rows``.
    public internal(set) var reaches: [GradientReach] = []
    /// The layers, model by model and block by block.
    public internal(set) var rows: [Row] = []
    /// The reconstructions, one for each model and block.
    public internal(set) var reconstructions: [(block: Int, reconstruction: Reconstruction)] = []
    /// Whether the study was interrupted before its end.
    public internal(set) var wasInterrupted = false

    /// Creates a study with these rows, or one that has not begun.
    package init(models: [String], photographName: String, settings: Settings, rows: [Row] = []) {
        self.models = models
        self.photographName = photographName
        self.settings = settings
        self.rows = rows
    }
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
