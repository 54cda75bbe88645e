import Cells
import Jupyter
import VitrineEngine

/// A loaded model in a cell: `vit`.
final class ModelValue: TabledObject, Displayable, ArgumentValue {
    static var argumentType: ValueType { .object(.model) }

    /// The model.
    let model: Model
    /// The argument `classes` of `load`: "imagenet", or a file; nil if there was none.
    let classes: String?
    /// The members, among them this model's layers, and summaries with its numbers.
    let allMembers: MemberTable<ModelValue>

    init(_ model: Model, classes: String? = nil) {
        self.model = model
        self.classes = classes
        allMembers = Self.members(of: model)
    }

    var kind: ValueKind { .model }
    var plainText: String { "\(model.name) (\(model.family))" }
    var bundle: MIMEBundle { ModelCard(model).bundle }

    func isEqual(to other: any CellObject) -> Bool { (other as? ModelValue)?.model === model }

    static let memberTable: MemberTable<ModelValue> = [
        .property("name", .string, "the model's name") { .string($0.model.name) },
        .method(logitSignature) { try $0.logit($1) },
        .method(classifySignature) { (model, arguments, run: CellRun) in try model.classify(arguments, run) },
        textMember,
        .method(inputSignature) { try $0.input($1) },
        .method(output) { (model, arguments, run: CellRun) in
            try model.numbers("output", arguments, run, model.model.output)
        },
        .method(embedding) { (model, arguments, run: CellRun) in try model.embedding(arguments, run) },
        .method(activations) { (model, arguments, run: CellRun) in
            let chosen = try HeatMapCommands.ActivationArguments.read(arguments, of: model.model)
            return .object(try chosen.value(of: arguments[ModelInput.argument], in: run))
        },
        .method(HeatMapCommands.GradientArguments.signature) { (model, arguments, run: CellRun) in
            try HeatMapCommands.gradient(arguments, run, in: model.model)
        },
    ]

    /// Its changed models and the lists of its parts.
    private static let changes = ModelChanges.members.map {
        $0.of { (model: ModelValue) in ModelChanges(model: model) }
    }

    private static func members(of model: Model) -> MemberTable<ModelValue> {
        let blocks = Member<ModelValue>.property(
            "blocks", .object(.blockList), "the \(model.blockCount) blocks; `blocks[0]` is the first"
        ) { .object(BlocksValue($0.model, count: $0.model.blockCount)) }
        let classes = Member<ModelValue>.property(
            "classes", .list(.string), "the names of the \(model.classes.count) classes"
        ) { .array($0.model.classes.map { .string($0) }) }
        let layers = Member<ModelValue>.property(
            "layers", .object(.layerList), "every address, with its shape in words"
        ) { .object(LayerListValue($0.model)) }
        // The addresses without a dot: `vit.patch_embed`, `vit.logits`.
        let ofLayers = model.layers.map(\.address).filter { !$0.contains(".") }.map { name in
            Member<ModelValue>.property(name, .object(.layer), model.words(of: name)) {
                .object(LayerValue($0.model, try $0.model.layer(name)))
            }
        }
        return MemberTable([blocks, layers, classes] + memberTable.members + changes + ofLayers)
    }

    func member(_ name: String) throws -> Value? {
        if name == "logits", model.graph.layer("logits") == nil { throw EngineError.noLogits(model: model.name) }
        return try Self.memberTable.value(of: name, in: self) ?? allMembers.value(of: name, in: self)
    }

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        guard arguments.count == 1, let address = arguments[0].value.string else { return nil }
        return .object(LayerValue(model, try model.layer(address)))
    }

    /// The listed addresses, then the others and the names in the weights' framework.
    var subscriptKeys: [String] {
        let listed = model.layers.map(\.address)
        let known = Set(listed)
        return listed + model.graph.names.filter { !known.contains($0) }
    }

    private func logit(_ arguments: Arguments) throws -> Value {
        guard let shape = model.graph.layer("logits")?.shape else { throw EngineError.noLogits(model: model.name) }
        let index =
            switch arguments[Self.chosenClass] {
            case .name(let name): try model.classIndex(named: name)
            case .index(let index): index
            }
        let target = Target(model: model.name, layer: "logits", features: .indices([index]))
        try target.validate(in: shape)
        return .object(TargetValue(model, target))
    }

    private func classify(_ arguments: Arguments, _ run: CellRun) throws -> Value {
        let image = try arguments[Photograph.argument].image
        var count = arguments[Self.count]
        guard count > 0 else {
            throw arguments.complaint(about: Self.count, "`count` must be 1 or more, not \(count).")
        }
        guard let names = arguments[TextArguments.names] else {
            guard !arguments.wasGiven(TextArguments.templates) else {
                throw arguments.complaint(
                    about: TextArguments.templates,
                    "`template` is for texts: name them with `as: [\"a cat\", \"a dog\"]`.")
            }
            return .object(ClassificationValue(try Classification(of: image, by: model), count: count))
        }
        // All texts were asked for.
        if !arguments.wasGiven(Self.count) { count = names.count }
        return .object(ClassificationValue(try classify(image, as: names, arguments, run), count: count))
    }

    /// A class by its name or its index.
    private enum ChosenClass {
        case name(String)
        case index(Int)
    }

    private static let chosenClass = Argument<ChosenClass>(
        "class", label: nil, .oneOf([.string, .integer]), summary: "a class by its name or its index",
        completes: ClassSource()
    ) { value in value.string.map { .name($0) } ?? value.integer.map { .index($0) } }

    private static let logitSignature = Signature(
        "logit", [chosenClass], result: .object(.target),
        summary: "A class's logit: the number that is largest when the model sees that class.",
        example: "render(vit.logit(\"golf ball\"))", isPure: true)

    private static let count = Argument<Int>(
        "count", default: 5, summary: "how many classes to show, the most likely first")

    private static let classifySignature = Signature(
        "classify", [Photograph.argument, TextArguments.names, TextArguments.templates, count],
        result: .object(.classification),
        summary: "Classifies a photograph: the most likely classes, or the most fitting of some texts.",
        discussion:
            "Texts are compared by a model that reads them, with its own temperature: CLIP says which of them fits best, "
            + "SigLIP how likely each is by itself.",
        example: "vit.classify(image(\"holiday.jpg\"))")
}

// The outputs of a model as tensors.
extension ModelValue {
    private static let inputSignature = Signature(
        "input", [Photograph.argument], result: .object(.tensor),
        summary: "A photograph as the model receives it: resized, cropped and normalized, channels × rows × columns.",
        example: "vit.input(image(\"holiday.jpg\")).save(\"x.npy\")")

    private static let output = Signature(
        "output", [ModelInput.argument], result: .object(.tensor),
        summary:
            "What the model's own framework returns: the logits, or without a head the pooled features or, in Hugging Face's models, all tokens.",
        discussion: ModelInput.discussion, example: "vit.output(tensor(\"x.npy\")).save(\"y.npy\")")

    static let embedding = Signature(
        "embedding", [ModelInput.argument], result: .object(.tensor),
        summary: "The features of the whole picture: the input of the head.",
        discussion: ModelInput.discussion, example: "vit.embedding(image(\"holiday.jpg\"))")

    private static let activations = HeatMapCommands.ActivationArguments.signature(
        summary: "What a layer or some neurons of this model compute from a photograph: a heat map, and the numbers.",
        at: HeatMapCommands.ActivationArguments.place(
            "a layer of this model, its address, a target, or a list of them", completes: AddressSource()),
        example: "vit.activations(photo, at: \"blocks.5.mlp\")")

    private func input(_ arguments: Arguments) throws -> Value {
        let image = try arguments[Photograph.argument].image
        let (height, width) = model.imageSize
        return .object(
            TensorValue(
                model.preprocessing.tensor(of: image), title: "normalized input of \(model.name)",
                shapeWords: "3 channels × \(height) rows × \(width) columns"))
    }

    func embedding(_ arguments: Arguments, _ run: CellRun) throws -> Value {
        try numbers("embedding", arguments, run, model.embedding)
    }

    private typealias Forward = (Tensor, Cancellation?, PictureProgress?) throws(EngineError) -> Tensor

    /// Computes an output of the whole model.
    private func numbers(
        _ name: String, _ arguments: Arguments, _ run: CellRun, _ forward: Forward
    ) throws -> Value {
        let input = try arguments[ModelInput.argument].tensor(for: model)
        let progress = ProgressLine(in: run.execution, title: name)
        let found = try forward(input, run.cancellation) {
            progress.update(done: $0, of: $1, .things("picture"))
        }
        progress.finish()
        let layer = model.graph.layer(name) ?? model.graph.layer("logits") ?? model.graph.layer("norm")
        return .object(
            TensorValue(
                found, title: "\(name) of \(model.name)",
                shapeWords: layer.map { ModelInput.words($0.shape.words, for: input) }))
    }
}

extension Model {
    /// Returns a layer's shape in words, or an empty text if there is no such layer.
    func words(of address: String) -> String { (try? layer(address).shape.words) ?? "" }

    /// Returns the index of the class with a name. A name that lists synonyms, as in ImageNet, is found by each of
    /// them.
    ///
    /// An exact match is preferred to one that ignores case, and that to a synonym.
    ///
    /// - Throws: ``EngineError/ambiguousClass(name:model:indices:classes:)`` if several classes match,
    ///   ``EngineError/unknownClass(name:model:near:)``, ``EngineError/noClasses(model:)``.
    func classIndex(named name: String) throws(EngineError) -> Int {
        guard !classes.isEmpty else { throw .noClasses(model: self.name) }
        let wanted = name.lowercased()
        func synonyms(_ entry: String) -> [String] {
            entry.lowercased().split(separator: ",").map { $0.trimmingPrefix(while: \.isWhitespace) }.map(String.init)
        }
        let ways: [(String) -> Bool] = [
            { $0 == name }, { $0.lowercased() == wanted }, { synonyms($0).contains(wanted) },
        ]
        for fits in ways {
            let found = classes.indices.filter { fits(classes[$0]) }
            guard found.count < 2 else {
                throw .ambiguousClass(name: name, model: self.name, indices: found, classes: found.map { classes[$0] })
            }
            if let index = found.first { return index }
        }
        let near = classesNear(wanted)
        throw .unknownClass(
            name: name, model: self.name, near: near,
            others: classes.count <= 20 ? classes.filter { !near.contains($0) } : [])
    }

    /// Returns suggestions for a name: the classes that contain it as whole words, as "tiger cat" contains "cat", in
    /// their order, or else those with a similar spelling.
    private func classesNear(_ wanted: String) -> [String] {
        let words = Self.words(wanted)
        let kinds = words.isEmpty ? [] : classes.filter { Self.words($0).contains(words) }
        return kinds.isEmpty ? nearest(to: wanted, among: classes) : Array(kinds.prefix(6))
    }

    private static func words(_ text: String) -> [Substring] {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }
    }
}
