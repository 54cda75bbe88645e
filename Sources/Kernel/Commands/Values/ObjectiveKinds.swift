import Cells
import VitrineEngine

/// What can be asked of a target besides its mean: `.sum`, `.meanSquare`, `.l1(to: 200)`, `.along(v)`, `.like(photo)`,
/// `.diversity`, `.alignment()`. All are objectives and are maximized.
struct ObjectiveKinds {
    /// The model that the target lies in.
    let model: Model
    /// The target.
    let target: Target

    static let declarations: [MemberDeclaration] = [
        .property("sum", .object(.objective), "the sum over its tokens and features instead of the mean"),
        .property("meanSquare", .object(.objective), "the mean of its squares: whatever is strong becomes stronger"),
        .method(l1), .method(along), .method(like),
        .property(
            "diversity", .object(.objective),
            "how different it is from the other pictures of a sheet; add about twice this"),
        .method(alignment),
    ]

    /// The member of this name, or nil.
    func member(_ name: String) -> Value? {
        switch name {
        case "sum": made(.sum(target))
        case "meanSquare": made(.meanSquare(target))
        case "diversity": made(.diversity(target))
        case "l1":
            .function(
                Command(Self.l1) { arguments, _ in made(.l1(target, to: Float(try arguments.number("to")))) })
        case "alignment":
            .function(
                Command(Self.alignment) { arguments, _ in
                    made(.alignment(target, decay: Float(try arguments.number("decay"))))
                })
        case "along": .function(Command(Self.along) { arguments, _ in try along(arguments) })
        case "like": .function(Command(Self.like) { arguments, _ in try like(arguments) })
        default: nil
        }
    }

    private func made(_ objective: Objective, _ photographs: [Image] = []) -> Value {
        .object(ObjectiveValue(objective, models: [model], photographs: photographs))
    }

    private func along(_ arguments: Arguments) throws -> Value {
        let vector =
            if let tensor = arguments.optionalObject("vector", as: TensorValue.self) {
                tensor.tensor.values
            } else {
                try arguments.list("vector").compactMap(\.number).map { Float($0) }
            }
        return made(.direction(target, vector, cosinePower: Float(try arguments.number("cosinePower"))))
    }

    private func like(_ arguments: Arguments) throws -> Value {
        let (reference, image) = try Photograph.reference(arguments.object("photo"))
        let likeness: Likeness =
            switch try arguments.choice("by") {
            case "l2": .l2
            case "cosine": .cosine
            case "dotCosine": .dotCosine(power: Float(try arguments.number("power")))
            default: .l1
            }
        return made(.likeness(target, to: reference, by: likeness), [image])
    }
}

// How each kind is declared.
extension ObjectiveKinds {
    private static let l1 = Signature(
        "l1", [Parameter("to", .number, summary: "the constant C")], result: .object(.objective),
        summary: "The negative L1 distance to a constant, −|C − a|, as in the article.",
        example: "render(vit.blocks[5].mlp.neuron(42).l1(to: 200))", isPure: true)

    private static let along = Signature(
        "along",
        [
            Parameter(
                label: nil, name: "vector", .oneOf([.list(.number), .object(.tensor)]),
                summary: "a number for each feature"),
            Parameter(
                "cosinePower", .number, default: "0",
                summary: "how much the direction counts beside the length: dot × max(.1, cos)^power"),
        ],
        result: .object(.objective), summary: "A direction in the layer's features: the dot product with a vector.",
        example: "render(vit.blocks[5].mlp.along(tensor(\"direction.npy\"), cosinePower: 2))", isPure: true)

    private static let like = Signature(
        "like",
        [
            Parameter(label: nil, name: "photo", .object(.image), summary: "whose activations to match"),
            Parameter(
                "by", .symbol(["l1", "l2", "cosine", "dotCosine"]), default: ".l1",
                summary: "the distance; `.dotCosine` is unbounded and makes a caricature"),
            Parameter("power", .number, default: "1", summary: "of the cosine in `.dotCosine`"),
        ],
        result: .object(.objective), summary: "How similar the picture's activations are to a photograph's.",
        example: "render(vit.blocks[3].like(photo, by: .cosine))", isPure: true)

    private static let alignment = Signature(
        "alignment",
        [
            Parameter(
                "decay", .number, default: "2", summary: "how much weaker the pull is from one neighbor to the next")
        ],
        result: .object(.objective), summary: "How similar it is to its neighbors in a sheet: they become a sequence.",
        example: "render([a + a.alignment(), b + b.alignment()])", isPure: true)

    /// Objectives of the picture itself.
    static let commands: [Command] = [totalVariation, pictureNorm]

    private static let totalVariation = Command(
        Signature(
            "totalVariation",
            [
                Parameter(
                    "by", .symbol(Variation.allCases.map(\.rawValue)), default: ".absolute",
                    summary: "how differences are added up: their sizes, their norms, or the norms of each channel")
            ],
            result: .object(.objective),
            summary: "How much the picture varies from pixel to pixel; subtracted, it makes a picture smooth.",
            example: "render(neuron - 0.0005 * totalVariation(by: .norms))", isPure: true)
    ) { arguments, _ in
        let variation = Variation(rawValue: try arguments.choice("by")) ?? .absolute
        return .object(ObjectiveValue(.totalVariation(variation), models: []))
    }

    private static let pictureNorm = Command(
        Signature(
            "pictureNorm",
            [Parameter("from", .number, default: "0.5", summary: "the gray that is the middle")],
            result: .object(.objective),
            summary: "How far the picture is from one gray; subtracted, it keeps colors from the extremes.",
            example: "render(neuron - 0.001 * pictureNorm(from: 0.5))", isPure: true)
    ) { arguments, _ in
        .object(ObjectiveValue(.pictureNorm(from: Float(try arguments.number("from"))), models: []))
    }
}
