import Compute
import Visualization

/// How a photograph is made again.
public struct ReconstructionSettings: Hashable, Sendable {
    /// How distances of single elements and tokens become one number.
    public enum Scale: String, Codable, Hashable, Sendable {
        /// Their mean, as a share of what it is for an even picture of the model's mean color: −1 there, 0 on the
        /// photograph.
        ///
        /// With it a total variation has the same say in every layer of every model.
        case share
        /// The mean of each token, added up over the tokens.
        case tokens
    }

    /// How many steps there are.
    public var steps: Int
    /// Where the randomness starts.
    public var seed: UInt64
    /// How the picture is sought; ``Procedure/reconstruction(inputSize:)`` when nil.
    public var procedure: Procedure?
    /// How distances become one number.
    public var scale: Scale
    /// What is subtracted for each unit of the picture's total variation, averaged over its values; 0 for none.
    ///
    /// A photograph's is about .1.
    public var totalVariation: Float

    /// Settings.
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

    /// Those of the article *Transformer and Mixer Features*: 1,500 plain steps of .1 from noise, in pixels.
    ///
    /// The article does not say over what its distances are added up; with the tokens' sum its rate leads somewhere.
    /// It shows the model pixels that are not normalized, here they are.
    public static let article = ReconstructionSettings(
        steps: 1500, procedure: .articleReconstruction, scale: .tokens, totalVariation: 0)
}

extension Procedure {
    /// What makes photographs again well for a model whose input is `inputSize` pixels wide: coarse shapes first,
    /// undisturbed.
    ///
    /// Found by looking, on the built-in models and on DeiT-Tiny: with a decay of 1 fine noise hides the picture, with
    /// one of 2 large shapes run into saturation, as they do with a rate twice as high.
    public static func reconstruction(inputSize: Int) -> Procedure {
        let rate = 0.01 * 128 / Float(max(inputSize, 1))
        return Procedure(
            parameterization: .fourier(deviation: 0.01, decay: 1.75, color: Color()), transforms: [],
            optimizer: .adam(rate: Schedule(from: rate, to: rate / 20, shape: .cosine)))
    }

    /// That of the article *Transformer and Mixer Features*: pixels from noise around .7, steps of .1, no blur.
    public static let articleReconstruction = Procedure(
        parameterization: .pixels(
            start: .noise(mean: 0.7, deviation: 1 / 20), color: Color(space: .rgb, bound: .none)),
        transforms: [], optimizer: .ascent(rate: .constant(0.1), normalization: .none))
}
