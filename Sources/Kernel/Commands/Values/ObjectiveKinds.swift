import Cells
import VitrineEngine

/// The objectives of a target besides its mean: `.sum`, `.meanSquare`, `.l1(to: 200)`, `.along(v)`, `.like(photo)`,
/// `.diversity`, `.alignment()`. All are maximized.
struct ObjectiveKinds {
    /// The model that the target lies in.
    let model: Model
    /// The target.
    let target: Target

    static let members: [Member<ObjectiveKinds>] = [
        .property("sum", .object(.objective), "the sum over its tokens and features instead of the mean") {
            $0.made(.sum($0.target))
        },
        .property(
            "meanSquare", .object(.objective), "the mean of its squares: whatever is strong becomes stronger"
        ) { $0.made(.meanSquare($0.target)) },
        .method(l1) { $0.made(.l1($0.target, to: Float($1[constant]))) },
        .method(alongSignature) { $0.along($1) },
        .method(likeSignature) { try $0.like($1) },
        .property(
            "diversity", .object(.objective),
            "how different it is from the other pictures of a sheet; add about twice this"
        ) { $0.made(.diversity($0.target)) },
        .method(alignment) { $0.made(.alignment($0.target, decay: Float($1[decay]))) },
    ]

    private func made(_ objective: Objective, _ photographs: [Image] = []) -> Value {
        .object(ObjectiveValue(objective, models: [model], photographs: photographs))
    }

    private func along(_ arguments: Arguments) -> Value {
        made(.direction(target, arguments[Self.vector], cosinePower: Float(arguments[Self.cosinePower])))
    }

    private func like(_ arguments: Arguments) throws -> Value {
        let (reference, image) = try arguments[Self.photo].reference
        let likeness: Likeness =
            switch arguments[Self.distance] {
            case .l1: .l1
            case .l2: .l2
            case .cosine: .cosine
            case .dotCosine: .dotCosine(power: Float(arguments[Self.power]))
            }
        return made(.likeness(target, to: reference, by: likeness), [image])
    }
}

// The declarations.
extension ObjectiveKinds {
    private static let constant = Argument<Double>("to", summary: "the constant C")

    private static let l1 = Signature(
        "l1", [constant], result: .object(.objective),
        summary: "The negative L1 distance to a constant, −|C − a|, as in the article.",
        example: "render(vit.blocks[5].mlp.neuron(42).l1(to: 200))", isPure: true)

    private static let vector = Argument<[Float]>(
        "vector", label: nil, .oneOf([.list(.number), .object(.tensor)]), summary: "a number for each feature"
    ) { TensorValue.read($0)?.tensor.values ?? [Double].read($0)?.map { Float($0) } }
    private static let cosinePower = Argument<Double>(
        "cosinePower", default: 0,
        summary: "the weight of the direction relative to the length: dot × max(.1, cos)^power")

    private static let alongSignature = Signature(
        "along", [vector, cosinePower],
        result: .object(.objective), summary: "A direction in the layer's features: the dot product with a vector.",
        example: "render(vit.blocks[5].mlp.along(tensor(\"direction.npy\"), cosinePower: 2))", isPure: true)

    /// The distance between activations.
    private enum Distance: String, ArgumentChoice {
        case l1, l2, cosine, dotCosine
    }

    private static let photo = Argument<Photograph>("photo", label: nil, summary: "whose activations to match")
    private static let distance = Argument<Distance>(
        "by", default: .l1, summary: "the distance; `.dotCosine` is unbounded and makes a caricature")
    private static let power = Argument<Double>("power", default: 1, summary: "the power of the cosine in `.dotCosine`")

    private static let likeSignature = Signature(
        "like", [photo, distance, power],
        result: .object(.objective), summary: "How similar the picture's activations are to a photograph's.",
        example: "render(vit.blocks[3].like(photo, by: .cosine))", isPure: true)

    private static let decay = Argument<Double>(
        "decay", default: 2, summary: "how much weaker the effect is from one neighbor to the next")

    private static let alignment = Signature(
        "alignment", [decay], result: .object(.objective),
        summary: "How similar it is to its neighbors in a sheet: they become a sequence.",
        example: "render([a + a.alignment(), b + b.alignment()])", isPure: true)

    /// Objectives of the picture itself.
    static let commands: [Command] = [totalVariation, pictureNorm]

    private static let variation = Argument<Variation>(
        "by", default: .absolute,
        summary: "how differences are added up: their sizes, their norms, or the norms of each channel")

    private static let totalVariation = Command(
        Signature(
            "totalVariation", [variation], result: .object(.objective),
            summary: "How much the picture varies from pixel to pixel; subtracted, it makes a picture smooth.",
            example: "render(neuron - 0.0005 * totalVariation(by: .norms))", isPure: true)
    ) { arguments in
        .object(ObjectiveValue(.totalVariation(arguments[variation]), models: []))
    }

    private static let gray = Argument<Double>(
        "from", default: 0.5, summary: "the gray from which the distance is measured")

    private static let pictureNorm = Command(
        Signature(
            "pictureNorm", [gray], result: .object(.objective),
            summary: "How far the picture is from one gray; subtracted, it keeps colors from the extremes.",
            example: "render(neuron - 0.001 * pictureNorm(from: 0.5))", isPure: true)
    ) { arguments in
        .object(ObjectiveValue(.pictureNorm(from: Float(arguments[gray])), models: []))
    }
}

extension Variation: ArgumentChoice {}
