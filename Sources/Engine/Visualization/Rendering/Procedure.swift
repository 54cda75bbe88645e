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
    /// Whether the picture is that of the best step instead of the last; nil for no.
    public var keepsBest: Bool?

    /// A procedure of these parts.
    public init(
        parameterization: Parameterization, sight: Sight? = nil, transforms: [Transform], optimizer: Optimizer,
        keepsBest: Bool? = nil
    ) {
        self.parameterization = parameterization
        self.sight = sight
        self.transforms = transforms
        self.optimizer = optimizer
        self.keepsBest = keepsBest
    }

    /// The names of the procedures that have one.
    public static let names = ["vitrine", "lucid"]

    /// The procedure of this name for a model whose input is `inputSize` pixels wide; nil if there is none.
    public static func named(_ name: String, inputSize: Int) -> Procedure? {
        switch name {
        case "vitrine": vitrine(inputSize: inputSize)
        case "lucid": lucid
        default: nil
        }
    }

    /// The default: strong affine and colour disturbances, which leave what a person can recognise.
    ///
    /// Colour shift and noise after Ghiasi et al. 2022, arXiv:2212.06727; the rest was found by measuring.
    /// See `docs/decisions/0003-default-procedure.md`.
    public static func vitrine(inputSize: Int) -> Procedure {
        Procedure(
            parameterization: .fourier(deviation: 0.01, decay: 1.25, colour: Colour()),
            transforms: [
                .shift(pixels: Float(inputSize) * 24 / 224),
                .rotate(degrees: .uniform(lower: -15, upper: 15)),
                .view(part: .uniform(lower: 0.7, upper: 1.1)),
                .colourShift(gain: 0.5, offset: 0.5),
                .noise(deviation: .constant(0.1)),
            ],
            optimizer: .adam(rate: Schedule(from: 0.05, to: 0.005, shape: .cosine)))
    }

    /// Lucid's own, made for convolutional networks: `render_vis`'s default transforms and optimizer.
    ///
    /// Source: tensorflow/lucid, `lucid/optvis/transform.py`, `standard_transforms`.
    public static let lucid = Procedure(
        parameterization: .lucid,
        transforms: [
            .pad(pixels: 12, value: 0.5),
            .jitter(pixels: 8),
            .scale(factor: .oneOf(values: (0...10).map { 1 + (Float($0) - 5) / 50 })),
            .rotate(
                degrees: .oneOf(
                    values: (-10...10).map { Float($0) } + [Float](repeating: 0, count: 5))),
            .jitter(pixels: 4),
        ],
        optimizer: .adam(rate: .constant(0.05)))
}
