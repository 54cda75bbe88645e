/// The procedure for making a picture: what the optimizer changes, how the picture is transformed, and how it follows
/// the gradient.
///
/// Lengths are in pixels of the model's input.
public struct Procedure: Hashable, Sendable {
    /// The values that the optimizer changes.
    public var parameterization: Parameterization
    /// The part of the picture that the model sees.
    public var sight: Sight
    /// The transforms of the picture at each step, in order.
    public var transforms: [Transform]
    /// The rule by which the parameters follow the gradient.
    public var optimizer: Optimizer
    /// The number of times that the picture goes through the model at each step, transformed differently each time.
    ///
    /// The objective is the mean over them.
    public var copies: Int
    /// The corrections of the pixels after each step, in order.
    public var corrections: [Correction]
    /// The factor of gradients through the branches of residual connections; 1 for the gradient as it is.
    ///
    /// Below 1, more of a picture's gradient has gone past attention and MLPs than through them. What is left is what several
    /// networks agree on, so that a picture shows more of what other networks, and people, recognize.
    ///
    /// Source: Wu et al. 2020, arXiv:2002.05990, eq. 5, the skip gradient method.
    public var branchGradient: Float
    /// Whether the model sees the picture's values without the normalization that it was trained with.
    public var skipsNormalization: Bool
    /// Whether the result is the picture of the stage's best step instead of its last.
    public var keepsBest: Bool

    /// Creates a procedure.
    public init(
        parameterization: Parameterization, sight: Sight = .whole, transforms: [Transform], optimizer: Optimizer,
        copies: Int = 1, corrections: [Correction] = [], branchGradient: Float = 1, skipsNormalization: Bool = false,
        keepsBest: Bool = false
    ) {
        self.parameterization = parameterization
        self.sight = sight
        self.transforms = transforms
        self.optimizer = optimizer
        self.copies = copies
        self.corrections = corrections
        self.branchGradient = branchGradient
        self.skipsNormalization = skipsNormalization
        self.keepsBest = keepsBest
    }
}

/// Defaults are omitted: the whole picture once at each step, without corrections, normalized, and the last step's
/// picture.
extension Procedure: Codable {
    private enum CodingKeys: String, CodingKey {
        case parameterization, sight, transforms, optimizer, copies, corrections, branchGradient, skipsNormalization
        case keepsBest
    }

    /// Reads what ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            parameterization: try container.decode(Parameterization.self, forKey: .parameterization),
            transforms: try container.decode([Transform].self, forKey: .transforms),
            optimizer: try container.decode(Optimizer.self, forKey: .optimizer))
        sight = try container.decodeIfPresent(Sight.self, forKey: .sight) ?? sight
        copies = try container.decodeIfPresent(Int.self, forKey: .copies) ?? copies
        corrections = try container.decodeIfPresent([Correction].self, forKey: .corrections) ?? corrections
        branchGradient = try container.decodeIfPresent(Float.self, forKey: .branchGradient) ?? branchGradient
        skipsNormalization =
            try container.decodeIfPresent(Bool.self, forKey: .skipsNormalization) ?? skipsNormalization
        keepsBest = try container.decodeIfPresent(Bool.self, forKey: .keepsBest) ?? keepsBest
    }

    /// Writes the parts of a recipe's stage.
    public func encode(to encoder: any Encoder) throws {
        let defaults = Procedure(parameterization: parameterization, transforms: transforms, optimizer: optimizer)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(parameterization, forKey: .parameterization)
        try container.encode(transforms, forKey: .transforms)
        try container.encode(optimizer, forKey: .optimizer)
        if sight != defaults.sight { try container.encode(sight, forKey: .sight) }
        if copies != defaults.copies { try container.encode(copies, forKey: .copies) }
        if corrections != defaults.corrections { try container.encode(corrections, forKey: .corrections) }
        if branchGradient != defaults.branchGradient {
            try container.encode(branchGradient, forKey: .branchGradient)
        }
        if skipsNormalization != defaults.skipsNormalization {
            try container.encode(skipsNormalization, forKey: .skipsNormalization)
        }
        if keepsBest != defaults.keepsBest { try container.encode(keepsBest, forKey: .keepsBest) }
    }
}
