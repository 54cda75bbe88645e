import Cells
import Jupyter
import VitrineEngine

/// A loaded model in a cell: `vit`.
final class ModelValue: CellObject, Displayable {
    /// The model.
    let model: Model
    /// What `load` was told of its classes: "imagenet", or a file; nil where nothing was said.
    let classes: String?

    init(_ model: Model, classes: String? = nil) {
        self.model = model
        self.classes = classes
    }

    var kind: ValueKind { .model }
    var plainText: String { "\(model.name) (\(model.family))" }
    var bundle: MIMEBundle { ModelCard(model).bundle }

    func isEqual(to other: any CellObject) -> Bool { (other as? ModelValue)?.model === model }

    /// The addresses without a dot are members: `vit.blocks`, `vit.patch_embed`, `vit.logits`.
    private var topLayers: [String] {
        model.layers.map(\.address).filter { !$0.contains(".") }
    }

    var members: [MemberDeclaration] {
        [
            .property("blocks", .object(.blockList), "the \(blockCount) blocks; `blocks[0]` is the first"),
            .property("layers", .object(.layerList), "every address, with its shape in words"),
            .property("classes", .list(.string), "the names of the \(model.classes.count) classes"),
            .property("name", .string, "the model's name"),
            .method(Self.logit),
            .method(Self.classify),
            .method(Self.input), .method(Self.output), .method(Self.embedding), .method(Self.activations),
            .method(Self.gradient),
        ] + topLayers.map { .property($0, .object(.layer), model.words(of: $0)) }
    }

    func member(_ name: String) throws -> Value? {
        switch name {
        case "blocks": .object(BlocksValue(model, count: blockCount))
        case "layers": .object(LayerListValue(model))
        case "classes": .array(model.classes.map { .string($0) })
        case "name": .string(model.name)
        case "logit": .function(Command(Self.logit) { [self] arguments, _ in try logit(arguments) })
        case "classify": .function(Command(Self.classify) { [self] arguments, _ in try classify(arguments) })
        case "input": .function(Command(Self.input) { [self] arguments, _ in try input(arguments) })
        case "output": .function(Command(Self.output) { [self] in try output($0, $1) })
        case "embedding": .function(Command(Self.embedding) { [self] in try embedding($0, $1) })
        case "activations": .function(Command(Self.activations) { [self] in try activations($0, $1) })
        case "gradient":
            .function(Command(Self.gradient) { [self] in try LookingCommands.gradient($0, $1, in: model) })
        case "logits" where model.graph.layer("logits") == nil: throw EngineError.noLogits(model: model.name)
        default: topLayers.contains(name) ? .object(LayerValue(model, try model.layer(name))) : nil
        }
    }

    func subscripted(_ arguments: [Argument]) throws -> Value? {
        guard arguments.count == 1, let address = arguments[0].value.string else { return nil }
        return .object(LayerValue(model, try model.layer(address)))
    }

    /// The addresses that are listed, then all others and the names of the weights' framework.
    var subscriptKeys: [String] {
        let listed = model.layers.map(\.address)
        let known = Set(listed)
        return listed + model.graph.names.filter { !known.contains($0) }
    }

    private var blockCount: Int { model.blockCount }

    private func logit(_ arguments: Arguments) throws -> Value {
        guard let shape = model.graph.layer("logits")?.shape else { throw EngineError.noLogits(model: model.name) }
        let index =
            if let name = arguments["class"]?.string {
                try model.classIndex(named: name)
            } else {
                try arguments.integer("class")
            }
        let target = Target(model: model.name, layer: "logits", features: .indices([index]))
        try target.validate(in: shape)
        return .object(TargetValue(model, target))
    }

    private func classify(_ arguments: Arguments) throws -> Value {
        let image = try Photograph.image(arguments.object("photo"))
        let count = try arguments.integer("count")
        guard count > 0 else {
            throw arguments.complaint(about: "count", "`count` must be 1 or more, not \(count).")
        }
        return .object(ClassificationValue(try Classification(of: image, by: model), count: count))
    }

    static let logit = Signature(
        "logit",
        [
            Parameter(
                label: nil, name: "class", .oneOf([.string, .integer]), summary: "a class by its name or its index",
                completions: "classes")
        ],
        result: .object(.target),
        summary: "A class's logit: the number that is largest when the model sees that class.",
        example: "render(vit.logit(\"golf ball\"))", isPure: true)

    static let classify = Signature(
        "classify",
        [
            Parameter(label: nil, name: "photo", .object(.image), summary: "a photograph or a picture"),
            Parameter("count", .integer, default: "5", summary: "how many classes to show, the most likely first"),
        ],
        result: .object(.classification),
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
