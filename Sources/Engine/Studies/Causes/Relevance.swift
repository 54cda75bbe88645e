import Compute
import Images
import Models
import Platform
import Visualization

/// A map of what in a photograph an objective depends on, by one of the methods made for this.
public struct Relevance: Sendable {
    /// How the map is made.
    public enum Method: String, Codable, CaseIterable, Hashable, Sendable {
        /// Gradient ⊙ attention, carried through all blocks: R ← R + Ā · R with Ā the mean over the heads of (∇A ⊙ A)⁺.
        ///
        /// It starts at what the objective reads: the class token or all patches for the head, the learned query of attention
        /// pooling, the tokens of a neuron's own layer. Attention in windows counts within them, and a patch that was merged
        /// of several passes its relevance to them in equal parts.
        ///
        /// Source: Chefer, Gur and Wolf 2021, arXiv:2103.15679, eq. 5 and 6 (the method without LRP).
        case chefer
        /// The gradient along the straight line from a baseline to the photograph, times the difference.
        ///
        /// Source: Sundararajan et al. 2017, arXiv:1703.01365.
        case integratedGradients
        /// The features of a layer, weighted by their gradient averaged over the patches; negative sums count as 0.
        ///
        /// Source: Selvaraju et al. 2017, arXiv:1610.02391, on tokens as in pytorch-grad-cam.
        case gradCAM
        /// Gradient ⊙ attention in a single block, the last, or in the attention pooling behind it: the mean over the heads of
        /// (∇A ⊙ A)⁺.
        case gradientAttention
    }

    /// Where integrated gradients begin.
    public enum Baseline: String, Codable, CaseIterable, Hashable, Sendable {
        /// The mean color of the model's preprocessing: zeros as the model's input.
        case mean
        /// Black.
        case black
        /// White.
        case white
    }

    /// How a map is made.
    public struct Settings: Hashable, Sendable {
        /// The method.
        public var method: Method
        /// How many gradients integrated gradients take, 1 to 1000.
        public var steps: Int
        /// Where integrated gradients begin.
        public var baseline: Baseline
        /// The layer whose features Grad-CAM weighs; nil for the first norm of the last block, or that block.
        public var layer: String?
        /// The block of gradient ⊙ attention, and the first of Chefer's; nil for the last and the first.
        public var block: Int?

        /// Creates settings; the defaults are those of the methods' own code.
        public init(
            _ method: Method = .chefer, steps: Int = 50, baseline: Baseline = .mean, layer: String? = nil,
            block: Int? = nil
        ) {
            self.method = method
            self.steps = steps
            self.baseline = baseline
            self.layer = layer
            self.block = block
        }
    }

    /// What integrated gradients add up to, beside what they should.
    public struct Completeness: Hashable, Sendable {
        /// The sum of all attributions.
        public let sum: Float
        /// The objective on the photograph minus that on the baseline.
        public let difference: Float
        /// Their difference: 0 if the path has enough steps.
        public var error: Float { sum - difference }
    }

    /// The objective in words.
    public let label: String
    /// The objective's value on the photograph.
    public let value: Float
    /// How the map was made.
    public let settings: Settings
    /// `[rows, columns]` of patches; of pixels for integrated gradients.
    public let map: HeatMap
    /// `[3, height, width]`: the attribution of every number of the normalized input, for integrated gradients alone.
    public let attributions: Tensor?
    /// What integrated gradients add up to.
    public let completeness: Completeness?
}

extension Relevance.Method {
    /// The method in words.
    public var words: String {
        switch self {
        case .chefer: "gradient × attention through the blocks (Chefer 2021)"
        case .integratedGradients: "integrated gradients"
        case .gradCAM: "Grad-CAM on tokens"
        case .gradientAttention: "gradient × attention of one block"
        }
    }
}
