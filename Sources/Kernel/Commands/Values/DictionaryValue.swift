import Cells
import Jupyter
import VitrineEngine

/// A dictionary of latents behind a layer in a cell: `load("sae.pt", on: vit.blocks[10])`.
final class DictionaryValue: TabledObject, Displayable {
    /// The dictionary.
    let dictionary: LatentDictionary
    /// The layer that it reads, in the model with the dictionary.
    let read: LayerValue
    /// The latents as a layer: “blocks.10.sae”.
    let latents: LayerValue

    /// The share of the variance that was missed at each step, if it was trained in this session.
    private let losses: [Double]

    /// Puts a dictionary behind a layer of a model.
    init(_ dictionary: LatentDictionary, on layer: LayerValue, losses: [Double] = []) throws {
        self.dictionary = dictionary
        self.losses = losses
        let target = Target(model: layer.model.name, layer: layer.layer.address)
        let model = try layer.model.changed(
            by: [Intervention(target, .coded(by: dictionary.reference))], dictionaries: [dictionary])
        read = LayerValue(model, try model.layer(layer.layer.address))
        latents = LayerValue(model, try model.layer("\(layer.layer.address).\(Model.latents)"))
    }

    var kind: ValueKind { .latentDictionary }
    var plainText: String { "\(title): \(dictionary.words)" }
    /// The card, over it the plot of the training.
    var bundle: MIMEBundle {
        guard losses.count > 1 else { return card.bundle }
        let plot = DictionaryCommand.plot(losses, of: "\(read.layer.address) of \(model.baseName)").image
        guard let png = try? PNG.encode(plot) else { return card.bundle }
        let (width, height) = SheetDisplay.size(of: plot)
        var bundle = MIMEBundle(png: png, width: width, height: height, alt: title, plain: card.plain)
        let parts = [StudyDisplay.html(plot, title), card.bundle.data["text/html"]?.string]
        bundle.data["text/html"] = .string(parts.compactMap { $0 }.joined(separator: "\n"))
        return bundle
    }

    private var model: Model { latents.model }
    private var title: String { "“\(dictionary.reference.name)” on \(read.layer.address) of \(model.baseName)" }

    func isEqual(to other: any CellObject) -> Bool {
        guard let other = other as? DictionaryValue else { return false }
        return other.dictionary === dictionary && other.read.isEqual(to: read)
    }

    private var card: Card {
        Card(
            title: title,
            rows: [
                ("latents", "\(dictionary.count) of \(dictionary.width) features"), ("gate", dictionary.gate.words),
                ("file", "\(dictionary.format), SHA-256 \(dictionary.reference.sha256.prefix(12))…"),
                ("layer", latents.layer.summary),
            ] + madeFrom)
    }

    /// How it was made, if it was made here.
    private var madeFrom: [(name: String, text: String)] {
        guard let record = dictionary.record else { return [] }
        let chosen = record.objective.map { " for \($0)" } ?? ""
        let dead = record.deadCount.map { "; \($0) dead \($0 == 1 ? "latent" : "latents")" } ?? ""
        return [
            (
                "made from",
                "\(record.patches) patches of \(record.photographs) "
                    + "\(record.photographs == 1 ? "photograph" : "photographs") in “\(record.folder)”\(chosen), "
                    + "\(record.layer) of \(record.model)" + (record.wasInterrupted ? "; interrupted" : "")
            ),
            ("misses", "\((record.unexplained * 100).formatted(digits: 1)) % of the variance\(dead)"),
        ]
    }

    static let memberTable: MemberTable<DictionaryValue> = [
        .property("count", .integer, "the number of latents") { .integer($0.dictionary.count) },
        .property("losses", .list(.number), "the share of the variance that each step of its training missed") {
            .array($0.losses.map { .number($0) })
        },
        .property("unexplained", .number, "the share that it missed when it was made here; nil if it was not") {
            $0.dictionary.record.map { .number($0.unexplained) } ?? .nothing
        },
        .property("layer", .object(.layer), "the latents as a layer, which every command takes") {
            .object($0.latents)
        },
        .property("model", .object(.model), "the model with this dictionary, in which latents can be changed") {
            .object(ModelValue($0.model))
        },
        .method(latentSignature) { value, arguments in
            .object(TargetValue(value.model, try value.target([arguments[index]])))
        },
        .method(latentsSignature) { value, arguments in
            .object(TargetListValue(value.model, try arguments[indices].map { try value.target([$0]) }))
        },
        .method(codesSignature) { (value, arguments, run: CellRun) in
            .object(try ActivationRequest(value.latents).value(of: arguments[ModelInput.argument], in: run))
        },
        .method(decoderSignature) { value, arguments in
            _ = try value.target([arguments[index]])
            let row = value.dictionary.decoderRow(arguments[index])
            return .object(
                TensorValue(row, title: "what latent \(arguments[index]) of \(value.latents.layer.address) writes"))
        },
        .method(PhotographCommands.latentSignature) { (value, arguments, run: CellRun) in
            try PhotographCommands.strongest(in: value.latents, arguments, run)
        },
        .method(reconstructionSignature) { (value, arguments, run: CellRun) in
            let input = value.model.preprocessing.tensor(of: try arguments[Photograph.argument].image)
            let found = try value.model.explanation(
                of: input, at: value.read.layer.address, by: value.dictionary, cancellation: run.cancellation)
            return .object(DictionaryExplanationValue(found, name: value.dictionary.reference.name))
        },
    ]

    private func target(_ indices: [Int]) throws -> Target {
        let target = Target(model: model.name, layer: latents.layer.address, features: .indices(indices))
        try target.validate(in: latents.layer.shape)
        return target
    }
}

// The declarations.
extension DictionaryValue {
    private static let index = Argument<Int>("index", label: nil, summary: "the latent's index, from 0")
    private static let indices = Argument<[Int]>("indices", label: nil, summary: "the latents' indices, or a range")

    private static let latentSignature = Signature(
        "latent", [index], result: .object(.target),
        summary: "A latent as a target: it is rendered, mapped, ranked and changed as a neuron is.",
        discussion:
            "While a latent is shut, a picture climbs what the gate reads. `sae.model.clamping(sae.latent(3), to: 5)` "
            + "changes the model: what the latent writes is added to the layer.",
        example: "render(sae.latent(123))", isPure: true)
    private static let latentsSignature = Signature(
        "latents", [indices], result: .object(.targetList), summary: "Several latents as a list of targets.",
        example: "render(sae.latents(0..<16))", isPure: true)
    private static let codesSignature = Signature(
        "codes", [ModelInput.argument], result: .object(.tensor),
        summary: "The latents' values for a photograph or a tensor, tokens × latents.",
        discussion: ModelInput.discussion, example: "sae.codes(photo).save(\"codes.npy\")")
    private static let decoderSignature = Signature(
        "decoder", [index], result: .object(.tensor),
        summary: "The direction that a latent writes into the layer, a number for each feature.",
        example: "vit.adding(sae.decoder(123), times: 4, at: vit.blocks[10])", isPure: true)
    private static let reconstructionSignature = Signature(
        "reconstruction", [Photograph.argument], result: .object(.dictionaryExplanation),
        summary:
            "What the dictionary explains of a photograph: the variance that it misses, and how many latents are active.",
        example: "sae.reconstruction(photo).unexplained")
}
