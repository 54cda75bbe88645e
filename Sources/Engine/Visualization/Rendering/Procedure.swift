/// How a picture is sought: what the optimizer changes, what disturbs the picture, and how it climbs.
///
/// Lengths are in pixels of the model's input.
public struct Procedure: Codable, Hashable, Sendable {
    /// What the optimizer changes.
    public var parameterization: Parameterization
    /// What of the picture the model is shown; nil for ``Sight/whole``.
    public var sight: Sight?
    /// What disturbs the picture at each step, in order.
    public var transforms: [Transform]
    /// How parameters follow the gradient.
    public var optimizer: Optimizer
    /// How often the picture goes through the model at each step, disturbed in another way each time; nil for once.
    ///
    /// The objective is the mean over them.
    public var copies: Int?
    /// What is done to pixels after each step, in order; nil for nothing.
    public var corrections: [Correction]?
    /// Whether the model is shown the picture's values without the normalization that it was trained with; nil for no.
    public var skipsNormalization: Bool?
    /// Whether the picture is that of the stage's best step instead of its last; nil for no.
    public var keepsBest: Bool?

    // Recipes of version 1 spell it so.
    private enum CodingKeys: String, CodingKey {
        case parameterization, sight, transforms, optimizer, copies, corrections, keepsBest
        case skipsNormalization = "skipsNormalisation"
    }

    /// A procedure of these parts.
    public init(
        parameterization: Parameterization, sight: Sight? = nil, transforms: [Transform], optimizer: Optimizer,
        copies: Int? = nil, corrections: [Correction]? = nil, skipsNormalization: Bool? = nil, keepsBest: Bool? = nil
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

    /// How often the picture goes through the model at each step.
    package var copiesPerStep: Int { copies ?? 1 }
}
