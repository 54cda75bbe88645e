import Cells
import VitrineEngine

/// The ways to narrow targets down, shared by layers, targets and lists of targets:
/// `.neuron(42)`, `.neurons(0..<16)`, `.patch(27)`, `.patches(0..<16)`, `.cls`, `.tokens`.
struct TargetChoice {
    /// The model whose targets these are.
    let model: Model
    /// What is narrowed down; all in one layer.
    let targets: [Target]
    /// Whether the targets are a list (of neurons), which stays a list.
    let isList: Bool

    /// What can still be chosen in a layer of this shape.
    ///
    /// In an attention pattern nothing can, but someone who asks for a neuron there is told where neurons are.
    ///
    /// - Parameters:
    ///   - target: what is chosen so far: what is chosen already is not offered again.
    ///   - heads: how many heads share the layer's features; nil for a layer without.
    static func declarations(for shape: LayerShape, after target: Target, heads: Int?) -> [MemberDeclaration] {
        var choices: [MemberDeclaration] = []
        switch target.features {
        case .all:
            choices += [.method(neuron(in: shape)), .method(neurons)]
            if heads != nil {
                choices += [
                    .method(head), .property("heads", .object(.targetList), "every attention head, a target each"),
                ]
            }
        case .head: choices += [.method(neuron(in: shape)), .method(neurons)]
        case .indices: break
        }
        switch shape {
        case .vector: return choices
        case .heads: return []
        case .tokenMixing, .tokens: return target.tokens == .patches ? choices + rows(of: shape) : choices
        }
    }

    /// The choices of tokens, or of hidden units in their place.
    private static func rows(of shape: LayerShape) -> [MemberDeclaration] {
        guard case .tokens(let layout, _) = shape else { return [.method(hiddenUnit), .method(hiddenUnits)] }
        var choices: [MemberDeclaration] = [.method(patch), .method(patches)]
        if layout.special.contains("CLS") {
            choices.append(.property("cls", .object(.target), "the class token alone"))
        }
        if layout.special.contains("distillation") {
            choices.append(.property("distillation", .object(.target), "the distillation token alone"))
        }
        if layout.registerCount > 0 { choices.append(.method(register)) }
        return choices + [.property("tokens", .object(.target), "every token, the special ones too")]
    }

    /// The member of this name, or nil.
    func member(_ name: String) throws -> Value? {
        switch name {
        case "neuron":
            .function(
                Command(Self.neuron(in: try shape)) { arguments, _ in
                    try narrowed(neurons: [try arguments.integer("index")])
                })
        case "neurons":
            .function(
                Command(Self.neurons) { arguments, _ in
                    try list(of: try arguments.list("indices").compactMap(\.integer))
                })
        case "head":
            .function(Command(Self.head) { arguments, _ in try narrowed(head: try arguments.integer("index")) })
        case "heads": try heads
        case "patch": .function(Command(Self.patch) { arguments, _ in try patch(arguments) })
        case "patches": .function(Command(Self.patches) { arguments, _ in try patches(arguments) })
        case "hiddenUnit":
            .function(
                Command(Self.hiddenUnit) { arguments, _ in
                    try narrowed(tokens: .hiddenUnits([try arguments.integer("index")]))
                })
        case "hiddenUnits":
            .function(
                Command(Self.hiddenUnits) { arguments, _ in
                    try narrowed(tokens: .hiddenUnits(try arguments.list("indices").compactMap(\.integer)))
                })
        case "register": .function(Command(Self.register) { arguments, _ in try register(arguments) })
        case "cls": try narrowed(tokens: .special("CLS"))
        case "distillation": try narrowed(tokens: .special("distillation"))
        case "tokens": try narrowed(tokens: .all)
        default: nil
        }
    }

    private var shape: LayerShape {
        get throws { try model.layer(targets[0].layer).shape }
    }

    /// How many heads share the layer's features; 1 for a layer that has none, where choosing one is refused.
    private var headCount: Int { model.headCount(at: targets[0].layer) ?? 1 }

    private func narrowed(neurons: [Int]) throws -> Value {
        let shape = try shape
        try refuseNeuronsOfNeurons()
        return value(try targets.map { try $0.choosing(neurons: neurons, in: shape) })
    }

    private func narrowed(head: Int) throws -> Value {
        let shape = try shape
        try refuseNeuronsOfNeurons()
        return value(try targets.map { try $0.choosing(head: head, of: headCount, in: shape) })
    }

    private func narrowed(tokens: TokenSelection) throws -> Value {
        let shape = try shape
        return value(try targets.map { try $0.choosing(tokens: tokens, in: shape) })
    }

    private func value(_ changed: [Target]) -> Value {
        isList ? .object(TargetListValue(model, changed)) : .object(TargetValue(model, changed[0]))
    }

    /// A target for each of several neurons; of a list of heads, for those of the first head, then of the next.
    private func list(of neurons: [Int]) throws -> Value {
        let shape = try shape
        try refuseNeuronsOfNeurons()
        return .object(
            TargetListValue(
                model,
                try targets.flatMap { target in
                    _ = try target.choosing(neurons: neurons, in: shape)
                    return try neurons.map { try target.choosing(neurons: [$0], in: shape) }
                }))
    }

    private var heads: Value {
        get throws {
            let shape = try shape
            try refuseNeuronsOfNeurons()
            return .object(
                TargetListValue(
                    model,
                    try targets.flatMap { target in
                        try (0..<headCount).map { try target.choosing(head: $0, of: headCount, in: shape) }
                    }))
        }
    }

    /// Each neuron of a list is chosen already; someone who chooses again means one of the list.
    private func refuseNeuronsOfNeurons() throws {
        guard isList, case .indices = targets[0].features else { return }
        throw CellError(
            .wrongArgument,
            "Every target of this list has its neuron already. `[0]` takes the first of them, and `.together` makes one "
                + "picture of all.")
    }

    private func patch(_ arguments: Arguments) throws -> Value {
        guard case .tokens = try shape else {
            // Refused in the words that fit the shape.
            return try narrowed(tokens: .indices([0]))
        }
        let (row, column) = (arguments.optionalInteger("row"), arguments.optionalInteger("column"))
        if let index = arguments.optionalInteger("index"), row == nil, column == nil {
            return try narrowed(tokens: .indices([index]))
        }
        guard !arguments.wasGiven("index"), let row, let column else {
            throw CellError(.wrongArgument, "`patch` takes an index, or `row:` and `column:`.")
        }
        return try narrowed(tokens: targets[0].patch(row: row, column: column, in: shape).tokens)
    }

    private func patches(_ arguments: Arguments) throws -> Value {
        let (rows, columns) = (arguments.optionalRange("rows"), arguments.optionalRange("columns"))
        if let indices = arguments.optionalList("indices"), rows == nil, columns == nil {
            return try narrowed(tokens: .indices(indices.compactMap(\.integer)))
        }
        guard !arguments.wasGiven("indices"), rows != nil || columns != nil else {
            throw CellError(
                .wrongArgument,
                "`patches` takes a list or a range of indices, or `rows:` or `columns:` or both of these instead.")
        }
        return try narrowed(tokens: targets[0].patches(rows: rows, columns: columns, in: shape).tokens)
    }

    private func register(_ arguments: Arguments) throws -> Value {
        let index = try arguments.integer("index")
        if case .tokens(let layout, _) = try shape, layout.registerCount > 0,
            !(0..<layout.registerCount).contains(index)
        {
            throw EngineError.outOfRange(
                what: "register", index: index, count: layout.registerCount,
                place: "\(targets[0].layer) of \(model.name)")
        }
        return try narrowed(tokens: .special(TokenLayout.register(index)))
    }
}

// How each choice is declared.
extension TargetChoice {
    private static func neuron(in shape: LayerShape) -> Signature {
        let summary =
            switch shape {
            case .tokenMixing: "One feature, over all hidden token-mixing units; `.hiddenUnit(3)` chooses one of those."
            case .vector: "One feature."
            default: "One feature, over all patches."
            }
        return Signature(
            "neuron", [Parameter(label: nil, name: "index", .integer, summary: "which feature, from 0")],
            result: .object(.target), summary: summary, example: "render(vit.blocks[5].mlp.neuron(42))", isPure: true)
    }

    private static let head = Signature(
        "head", [Parameter(label: nil, name: "index", .integer, summary: "which attention head, from 0")],
        result: .object(.target),
        summary: "The features of one attention head; `.neuron(3)` after it is the head's own.",
        example: "render(vit.blocks[5].attn.queries.head(2))", isPure: true)

    private static let hiddenUnit = Signature(
        "hiddenUnit",
        [Parameter(label: nil, name: "index", .integer, summary: "which hidden unit of the token mixing, from 0")],
        result: .object(.target), summary: "One hidden unit of the MLP that mixes tokens, over all features.",
        example: "render(mixer.blocks[5].mlp2.hidden.hiddenUnit(3))", isPure: true)

    private static let hiddenUnits = Signature(
        "hiddenUnits",
        [Parameter(label: nil, name: "indices", .list(.integer), summary: "a range or a list of hidden units")],
        result: .object(.target), summary: "Some hidden units of the MLP that mixes tokens instead of all.",
        example: "render(mixer.blocks[5].mlp2.hidden.hiddenUnits(0..<16))", isPure: true)

    private static let register = Signature(
        "register", [Parameter(label: nil, name: "index", .integer, summary: "which register token, from 0")],
        result: .object(.target), summary: "One register token alone.",
        example: "render(dino.blocks[5].register(0))", isPure: true)

    private static let neurons = Signature(
        "neurons",
        [Parameter(label: nil, name: "indices", .list(.integer), summary: "a range or a list of features")],
        result: .object(.targetList),
        summary: "Several features: a picture each, computed as one batch; `.together` makes one picture of them.",
        example: "render(vit.blocks[5].mlp.neurons(0..<16))", isPure: true)

    private static let patch = Signature(
        "patch",
        [
            Parameter(
                label: nil, name: "index", .optional(.integer), default: "nil",
                summary: "which patch, from 0, row by row"),
            Parameter("row", .optional(.integer), default: "nil", summary: "instead of the index: the row from 0"),
            Parameter("column", .optional(.integer), default: "nil", summary: "and the column from 0"),
        ],
        result: .object(.target), summary: "One patch instead of all.",
        example: "render(vit.blocks[5].mlp.neuron(42).patch(27))", isPure: true)

    private static let patches = Signature(
        "patches",
        [
            Parameter(
                label: nil, name: "indices", .optional(.list(.integer)), default: "nil",
                summary: "a range or a list of patches"),
            Parameter("rows", .optional(.range), default: "nil", summary: "instead: whole rows of patches"),
            Parameter("columns", .optional(.range), default: "nil", summary: "instead or beside: whole columns"),
        ],
        result: .object(.target), summary: "Some patches instead of all.",
        example: "render(vit.blocks[3].patches(0..<16))", isPure: true)
}
