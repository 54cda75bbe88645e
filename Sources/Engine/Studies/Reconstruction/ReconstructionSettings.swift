import Compute
import Visualization

/// The settings of a reconstruction.
public struct ReconstructionSettings: Hashable, Sendable {
    /// How the distances of single elements and tokens are reduced to one number.
    public enum Scale: String, Codable, Hashable, Sendable {
        /// The mean, as a share of that of a constant picture in the model's mean color: −1 there, 0 on the photograph.
        ///
        /// With it, the total variation has the same relative weight in every layer of every model.
        case share
        /// The sum over the tokens of each token's mean.
        case tokens
    }

    /// How many steps there are.
    public var steps: Int
    /// The seed of the random numbers.
    public var seed: UInt64
    /// The procedure; nil for ``Procedure/reconstruction(inputSize:)``.
    public var procedure: Procedure?
    /// How distances are reduced to one number.
    public var scale: Scale
    /// The weight of the picture's total variation, averaged over its values, which is subtracted; 0 for none.
    ///
    /// A photograph's total variation is about .1.
    public var totalVariation: Float

    /// Creates settings.
    public init(
        steps: Int = 256, seed: UInt64 = 1, procedure: Procedure? = nil, scale: Scale = .share,
        totalVariation: Float = 0.5
    ) {
        self.steps = steps
        self.seed = seed
        self.procedure = procedure
        self.scale = scale
        self.totalVariation = totalVariation
    }

    /// The settings of the article *Transformer and Mixer Features*: 1,500 plain steps of .1 from noise, in pixels.
    ///
    /// The article does not say over what it sums its distances; with the sum over tokens, its rate works. It does not
    /// normalize the model's input; here it is normalized.
    public static let article = ReconstructionSettings(
        steps: 1500, procedure: .articleReconstruction, scale: .tokens, totalVariation: 0)
}

extension Procedure {
    /// Returns a procedure that reconstructs photographs well for a model whose input is `inputSize` pixels wide:
    /// coarse shapes first, without transforms.
    ///
    /// It was chosen by eye on the built-in models and on DeiT-Tiny: with a decay of 1 fine noise hides the picture;
    /// with one of 2, or twice the rate, large shapes saturate.
    public static func reconstruction(inputSize: Int) -> Procedure {
        let rate = 0.01 * 128 / Float(max(inputSize, 1))
        return Procedure(
            parameterization: .fourier(deviation: 0.01, decay: 1.75, color: Color()), transforms: [],
            optimizer: .adam(rate: Schedule(from: rate, to: rate / 20, shape: .cosine)))
    }

    /// The procedure of the article *Transformer and Mixer Features*: pixels from noise around .7, steps of .1, no
    /// blur.
    public static let articleReconstruction = Procedure(
        parameterization: .pixels(
            start: .noise(mean: 0.7, deviation: 1 / 20), color: Color(space: .rgb, bound: .none)),
        transforms: [], optimizer: .ascent(rate: .constant(0.1), normalization: .none))
}
