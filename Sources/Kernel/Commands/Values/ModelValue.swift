import Cells
import Jupyter
import VitrineEngine

/// A loaded model in a cell: `vit`.
final class ModelValue: TabledObject, Displayable, ArgumentValue {
    static var argumentType: ValueType { .object(.model) }

    /// The model.
    let model: Model
    /// What `load` was told of its classes: "imagenet", or a file; nil where nothing was said.
    let classes: String?
    /// A model has members for its layers, and its counts are told.
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
        .method(classifySignature) { try $0.classify($1) },
        .method(inputSignature) { try $0.input($1) },
        .method(output) { (model, arguments, run: CellRun) in
            try model.numbers("output", arguments, run, model.model.output)
        },
        .method(embedding) { (model, arguments, run: CellRun) in try model.embedding(arguments, run) },
        .method(activations) { (model, arguments, run: CellRun) in
            let chosen = try LookingCommands.ActivationArguments.read(arguments, of: model.model)
            return .object(try chosen.value(of: arguments[ModelInput.argument], in: run))
        },
        .method(LookingCommands.GradientArguments.signature) { (model, arguments, run: CellRun) in
            try LookingCommands.gradient(arguments, run, in: model.model)
        },
    ]

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
        return MemberTable([blocks, layers, classes] + memberTable.members + ofLayers)
    }

    func member(_ name: String) throws -> Value? {
        if name == "logits", model.graph.layer("logits") == nil { throw EngineError.noLogits(model: model.name) }
        return try Self.memberTable.value(of: name, in: self) ?? allMembers.value(of: name, in: self)
    }

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        guard arguments.count == 1, let address = arguments[0].value.string else { return nil }
        return .object(LayerValue(model, try model.layer(address)))
    }

    /// The addresses that are listed, then all others and the names of the weights' framework.
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

    private func classify(_ arguments: Arguments) throws -> Value {
        let image = try arguments[Photograph.argument].image
        let count = arguments[Self.count]
        guard count > 0 else {
            throw arguments.complaint(about: Self.count, "`count` must be 1 or more, not \(count).")
        }
        return .object(ClassificationValue(try Classification(of: image, by: model), count: count))
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
        "classify", [Photograph.argument, count], result: .object(.classification),
        summary: "Classifies a photograph: the most likely classes.",
        example: "vit.classify(image(\"holiday.jpg\"))")
}

extension Model {
    /// A layer's shape in words, for lists of members.
    func words(of address: String) -> String { (try? layer(address).shape.words) ?? "" }

    /// The index of the class of this name; ImageNet's names, which list synonyms, are found by each.
    ///
    /// A name as it is written goes before one in other letters or among synonyms.
    ///
    /// - Throws: ``EngineError/ambiguousClass(name:model:indices:classes:)`` where several classes are called so,
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

    /// The classes that may be meant: those of which the text is a word or several, as "cat" is of "tiger
    /// cat", in the order of the classes; where there are none, those that are spelled alike.
    private func classesNear(_ wanted: String) -> [String] {
        let words = Self.words(wanted)
        let kinds = words.isEmpty ? [] : classes.filter { Self.words($0).contains(words) }
        return kinds.isEmpty ? nearest(to: wanted, among: classes) : Array(kinds.prefix(6))
    }

    private static func words(_ text: String) -> [Substring] {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }
    }
}
