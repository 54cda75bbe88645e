import Cells
import Foundation
import VitrineEngine

/// The changed models that a model makes: `.ablating(…)`, `.patching(…)`, `.adding(…)`, `.clamping(…)`, `.scaling(…)`, and
/// the lists of its parts: `.heads`, `.mlps`.
struct ModelChanges {
    /// The model.
    let model: ModelValue

    static let members: [Member<ModelChanges>] = [
        .method(ablatingSignature) { (changes, arguments, run: CellRun) in try changes.ablating(arguments, run) },
        .method(patchingSignature) { (changes, arguments, run: CellRun) in try changes.patching(arguments, run) },
        .method(addingSignature) { (changes, arguments, run: CellRun) in try changes.adding(arguments, run) },
        .method(clampingSignature) { (changes, arguments, run: CellRun) in
            let value = Float(arguments[level])
            return try changes.changed(arguments, run) { Intervention($0, .set(to: value)) }
        },
        .method(scalingSignature) { (changes, arguments, run: CellRun) in
            let factor = Float(arguments[factor])
            return try changes.changed(arguments, run) { Intervention($0, .scaled(by: factor)) }
        },
        .property("heads", .list(.object(.target)), "every attention head, from the first block to the last") {
            let model = $0.model.model
            return .array(model.headTargets.map { .object(TargetValue(model, $0)) })
        },
        .property("mlps", .list(.object(.layer)), "the MLPs of all blocks") {
            let model = $0.model.model
            return .array(model.mlpLayers.map { .object(LayerValue(model, $0)) })
        },
    ]

    /// Returns the model with interventions as a value.
    private func value(
        _ interventions: [Intervention], photographs: [Image] = [], _ run: CellRun
    ) throws -> Value {
        .object(
            ModelValue(
                try model.model.changed(
                    by: interventions, photographs: photographs, cancellation: run.cancellation),
                classes: model.classes))
    }

    private func changed(
        _ arguments: Arguments, _ run: CellRun, _ intervention: (Target) -> Intervention
    ) throws -> Value {
        try value(targets(arguments).map(intervention), run)
    }

    /// Returns the chosen parts as targets; neurons of the same tokens of a layer are one.
    private func targets(_ arguments: Arguments) throws -> [Target] {
        var targets: [Target] = []
        for part in try arguments[Self.part].of(model.model, arguments, about: Self.part) {
            let target = part.target(in: model.model)
            if let last = targets.last, last.layer == target.layer, last.tokens == target.tokens,
                case .indices(let first) = last.features, case .indices(let second) = target.features
            {
                targets[targets.count - 1].features = .indices(first + second.filter { !first.contains($0) })
            } else {
                targets.append(target)
            }
        }
        return targets
    }
}

extension Importance.Part {
    /// The part as a target; a block as its whole output.
    fileprivate func target(in model: Model) -> Target {
        switch self {
        case .target(let target): target
        case .block(let address): Target(model: model.name, layer: address)
        }
    }
}

extension Model {
    /// Returns whether both are the same model, apart from their changes.
    func isSameWeights(as other: Model) -> Bool {
        self === other || baseName == other.baseName && weightsHash == other.weightsHash && imageSize == other.imageSize
    }
}

// The changes.
extension ModelChanges {
    private func ablating(_ arguments: Arguments, _ run: CellRun) throws -> Value {
        let targets = try targets(arguments)
        try arguments[Self.replacement].check(arguments)
        switch arguments[Self.replacement] {
        case .value(0):
            return try value(
                targets.map { target in
                    // A whole block passes on its input.
                    let isBlock = target.features == .all && target.tokens == .patches
                    return isBlock && model.model.blockNodes(target.layer) != nil
                        ? Intervention(target, .skipped) : Intervention(target, .set(to: 0))
                }, run)
        case .value(let value): return try self.value(targets.map { Intervention($0, .set(to: value)) }, run)
        case .mean(let folder):
            let means = try Self.means(of: targets.map(\.layer), over: folder, in: model.model, run)
            return try value(
                targets.map { target in
                    let features = try target.featureIndices(in: model.model.layer(target.layer).shape)
                    let values = means.first { $0.layer == target.layer }?.values(of: features) ?? []
                    return Intervention(target, .mean(values: values, of: folder))
                }, run)
        }
    }

    /// Measures the means of some layers over a folder.
    static func means(
        of layers: [String], over folder: String, in model: Model, _ run: CellRun
    ) throws -> [LayerMean] {
        var seen = Set<String>()
        let path = (folder as NSString).expandingTildeInPath
        return try layers.filter { seen.insert($0).inserted }.map { layer in
            try ProgressLine.during("mean of \(layer)", in: run.execution) { line in
                try model.mean(of: layer, over: path, cancellation: run.cancellation) {
                    line.update(done: $0.done, of: $0.total, .things("file"))
                }
            }
        }
    }

    private func patching(_ arguments: Arguments, _ run: CellRun) throws -> Value {
        let (photograph, image) = try arguments[Self.source].reference
        return try value(
            targets(arguments).map { Intervention($0, .patched(from: photograph)) }, photographs: [image], run)
    }

    private func adding(_ arguments: Arguments, _ run: CellRun) throws -> Value {
        let parts = try arguments[Self.place].of(model.model, arguments, about: Self.place)
        guard parts.count == 1 else {
            throw arguments.complaint(about: Self.place, "A direction is added to one layer, or to a part of it.")
        }
        return try value(
            [
                Intervention(
                    parts[0].target(in: model.model),
                    .added(vector: arguments[Self.vector], times: Float(arguments[Self.times])))
            ], run)
    }
}

/// What takes the place of a part: a number, or its mean over a folder of photographs.
enum PartReplacement: Sendable {
    case value(Float)
    case mean(of: String)

    /// The argument `to`.
    static let argument = Argument<PartReplacement>(
        "to", .oneOf([.number, .symbol(["mean"])]), default: .number(0),
        summary:
            "what takes their place: a number, or their mean over a folder's photographs, `.mean(of: \"photographs\")`"
    ) { value in
        if let number = value.number { return .value(Float(number)) }
        guard case .symbol(let symbol) = value, symbol.arguments.count == 1, symbol.arguments[0].label == "of",
            let folder = symbol.arguments[0].value.string
        else { return .mean(of: "") }
        return .mean(of: folder)
    }

    /// Throws if `.mean` has no folder.
    func check(_ arguments: Arguments) throws {
        guard case .mean(of: "") = self else { return }
        throw arguments.complaint(
            about: Self.argument,
            "`.mean` needs photographs: `to: .mean(of: \"photographs\")`, a folder of PNG or JPEG files.")
    }
}

// The declarations.
extension ModelChanges {
    private static let part = CausalParts.argument(
        "part", label: nil, summary: "what to change: a head, neurons, patches, a layer, a block, or a list of them")
    private static let replacement = PartReplacement.argument
    private static let source = Argument<Photograph>(
        "source", label: "from", summary: "the photograph whose values take their place")
    private static let vector = Argument<[Float]>(
        "direction", label: nil, .oneOf([.list(.number), .object(.tensor)]), summary: "a number for each feature"
    ) { TensorValue.read($0)?.tensor.values ?? [Double].read($0)?.map { Float($0) } }
    private static let times = Argument<Double>("times", default: 1, summary: "what the direction is multiplied by")
    private static let place = CausalParts.argument("at", summary: "the layer, or some of its tokens")
    private static let level = Argument<Double>("to", summary: "the value that they have in every picture")
    private static let factor = Argument<Double>("by", summary: "what they are multiplied by")

    private static let everywhere =
        "Where no token is chosen, every token is changed, CLS too. The result is a model that shares the weights: every "
        + "command takes it, changes can follow one another, and a picture's recipe holds them."

    private static let ablatingSignature = Signature(
        "ablating", [part, replacement], result: .object(.model),
        summary: "This model without a part: set to 0, or to its mean over photographs; a block passes on its input.",
        discussion: everywhere,
        example: "let without = vit.ablating(vit.blocks[5].attn.head(2))\nwithout.classify(photo)")
    private static let patchingSignature = Signature(
        "patching", [part, source], result: .object(.model),
        summary: "This model with a part's values taken from another photograph.", discussion: everywhere,
        example: "vit.patching(vit.blocks[4].patches(0..<16), from: other).classify(photo)")
    private static let addingSignature = Signature(
        "adding", [vector, times, place], result: .object(.model),
        summary: "This model with a direction added to a layer: steering.", discussion: everywhere,
        example: "vit.adding(direction, times: 4, at: vit.blocks[8]).classify(photo)")
    private static let clampingSignature = Signature(
        "clamping", [part, level], result: .object(.model),
        summary: "This model with a part held at one value.", discussion: everywhere,
        example: "vit.clamping(vit.blocks[8].mlp.hidden.neuron(42), to: 5)")
    private static let scalingSignature = Signature(
        "scaling", [part, factor], result: .object(.model),
        summary: "This model with a part made stronger or weaker.", discussion: everywhere,
        example: "vit.scaling(vit.blocks[5].attn.head(2), by: 2)")
}
