/// How a picture is sought: what the optimizer changes, what disturbs the picture, and how it climbs.
///
/// Lengths are in pixels of the model's input.
public struct Procedure: Hashable, Sendable {
    /// What the optimizer changes.
    public var parameterization: Parameterization
    /// What of the picture the model is shown.
    public var sight: Sight
    /// What disturbs the picture at each step, in order.
    public var transforms: [Transform]
    /// How parameters follow the gradient.
    public var optimizer: Optimizer
    /// How often the picture goes through the model at each step, disturbed in another way each time.
    ///
    /// The objective is the mean over them.
    public var copies: Int
    /// What is done to pixels after each step, in order.
    public var corrections: [Correction]
    /// Whether the model is shown the picture's values without the normalization that it was trained with.
    public var skipsNormalization: Bool
    /// Whether the picture is that of the stage's best step instead of its last.
    public var keepsBest: Bool

    /// A procedure of these parts.
    public init(
        parameterization: Parameterization, sight: Sight = .whole, transforms: [Transform], optimizer: Optimizer,
        copies: Int = 1, corrections: [Correction] = [], skipsNormalization: Bool = false, keepsBest: Bool = false
    ) {
        self.parameterization = parameterization
        self.sight = sight
        self.transforms = transforms
        self.optimizer = optimizer
        self.copies = copies
        self.corrections = corrections
        self.skipsNormalization = skipsNormalization
        self.keepsBest = keepsBest
    }
}

/// What is as usual is left out: the whole picture once a step, uncorrected and normalized, and its last step.
extension Procedure: Codable {
    private enum CodingKeys: String, CodingKey {
        case parameterization, sight, transforms, optimizer, copies, corrections, skipsNormalization, keepsBest
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
        skipsNormalization =
            try container.decodeIfPresent(Bool.self, forKey: .skipsNormalization) ?? skipsNormalization
        keepsBest = try container.decodeIfPresent(Bool.self, forKey: .keepsBest) ?? keepsBest
    }

    /// Writes the parts of a recipe's stage.
    public func encode(to encoder: any Encoder) throws {
        let usual = Procedure(parameterization: parameterization, transforms: transforms, optimizer: optimizer)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(parameterization, forKey: .parameterization)
        try container.encode(transforms, forKey: .transforms)
        try container.encode(optimizer, forKey: .optimizer)
        if sight != usual.sight { try container.encode(sight, forKey: .sight) }
        if copies != usual.copies { try container.encode(copies, forKey: .copies) }
        if corrections != usual.corrections { try container.encode(corrections, forKey: .corrections) }
        if skipsNormalization != usual.skipsNormalization {
            try container.encode(skipsNormalization, forKey: .skipsNormalization)
        }
        if keepsBest != usual.keepsBest { try container.encode(keepsBest, forKey: .keepsBest) }
    }
}
