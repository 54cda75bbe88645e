import Cells
import Engine

/// The ways to narrow targets down, shared by layers, targets and lists of targets:
/// `.neuron(42)`, `.neurons(0..<16)`, `.patch(27)`, `.patches(0..<16)`, `.cls`, `.tokens`.
struct TargetChoice {
    /// The model whose targets these are.
    let model: Model
    /// What is narrowed down; all in one layer.
    let targets: [Target]
    /// Whether the targets are a list (of neurons), which stays a list.
    let isList: Bool

    /// What can be chosen in a layer of this shape.
    ///
    /// In an attention pattern nothing can, but someone who asks for a neuron there is told where neurons are.
    static func declarations(
        for shape: LayerShape, includingNeurons: Bool, heads: Int? = nil
    ) -> [MemberDeclaration] {
        var neurons: [MemberDeclaration] = includingNeurons ? [.method(neuron(in: shape)), .method(neurons)] : []
        if includingNeurons, heads != nil {
            neurons += [.method(head), .property("heads", "a list of targets", "every attention head, a target each")]
        }
        switch shape {
        case .vector: return neurons
        case .heads: return []
        case .tokenMixing: return neurons + [.method(hiddenUnit), .method(hiddenUnits)]
        case .tokens(let layout, _):
            var choices: [MemberDeclaration] = [.method(patch), .method(patches)]
            if layout.special.contains("CLS") {
                choices.append(.property("cls", "a target", "the class token alone"))
            }
            if layout.special.contains("distillation") {
                choices.append(.property("distillation", "a target", "the distillation token alone"))
            }
            if layout.registerCount > 0 { choices.append(.method(register)) }
            return neurons + choices + [.property("tokens", "a target", "every token, the special ones too")]
        }
    }

    /// The member of this name, or nil.
    func member(_ name: String) throws -> Value? {
        switch name {
        case "neuron":
            return .function(
                Command(Self.neuron(in: try shape)) { arguments, _ in
                    let index = try arguments.integer("index")
                    return try narrowed { $0.features = .indices([index]) }
                })
        case "neurons":
            return .function(
                Command(Self.neurons) { arguments, _ in
                    let indices = try arguments.list("indices").compactMap(\.integer)
                    return try list(of: indices)
                })
        case "patch":
            return .function(Command(Self.patch) { arguments, _ in try patch(arguments) })
        case "patches":
            return .function(
                Command(Self.patches) { arguments, _ in
                    return try patches(arguments)
                })
        case "head":
            return .function(
                Command(Self.head) { arguments, _ in
                    let index = try arguments.integer("index")
                    return try narrowed { $0.features = .head(index, of: headCount) }
                })
        case "heads":
            let heads = (0..<headCount).map { index in
                var target = targets[0]
                target.features = .head(index, of: headCount)
                return target
            }
            try heads[0].validate(in: try shape)
            return .object(TargetListValue(model, heads))
        case "hiddenUnit":
            return .function(
                Command(Self.hiddenUnit) { arguments, _ in
                    let index = try arguments.integer("index")
                    return try narrowed { $0.tokens = .hiddenUnits([index]) }
                })
        case "hiddenUnits":
            return .function(
                Command(Self.hiddenUnits) { arguments, _ in
                    let indices = try arguments.list("indices").compactMap(\.integer)
                    return try narrowed { $0.tokens = .hiddenUnits(indices) }
                })
        case "cls": return try narrowed { $0.tokens = .special("CLS") }
        case "distillation": return try narrowed { $0.tokens = .special("distillation") }
        case "register": return .function(Command(Self.register) { arguments, _ in try register(arguments) })
        case "tokens": return try narrowed { $0.tokens = .all }
        default: return nil
        }
    }

    private var shape: LayerShape {
        get throws { try model.layer(targets[0].layer).shape }
    }

    private func narrowed(_ change: (inout Target) -> Void) throws -> Value {
        let shape = try shape
        let changed = try targets.map { target in
            var target = target
            change(&target)
            try target.validate(in: shape)
            return target
        }
        return isList ? .object(TargetListValue(model, changed)) : .object(TargetValue(model, changed[0]))
    }

    private func list(of neurons: [Int]) throws -> Value {
        let shape = try shape
        var all = targets[0]
        all.features = .indices(neurons)
        try all.validate(in: shape)
        return .object(
            TargetListValue(
                model,
                neurons.map { neuron in
                    var target = targets[0]
                    target.features = .indices([neuron])
                    return target
                }))
    }

    private func patch(_ arguments: Arguments) throws -> Value {
        guard case .tokens = try shape else {
            // Refused in the words that fit the shape.
            return try narrowed { $0.tokens = .indices([0]) }
        }
        if let index = arguments.optionalInteger("index") {
            return try narrowed { $0.tokens = .indices([index]) }
        }
        guard let row = arguments.optionalInteger("row"), let column = arguments.optionalInteger("column") else {
            throw CellError(.wrongArgument, "`patch` takes an index, or `row:` and `column:`.")
        }
        let chosen = try targets[0].patch(row: row, column: column, in: shape)
        return try narrowed { $0.tokens = chosen.tokens }
    }

    private func patches(_ arguments: Arguments) throws -> Value {
        if let indices = arguments.optionalList("indices") {
            return try narrowed { $0.tokens = .indices(indices.compactMap(\.integer)) }
        }
        let (rows, columns) = (arguments.optionalRange("rows"), arguments.optionalRange("columns"))
        guard rows != nil || columns != nil else {
            throw CellError(.wrongArgument, "`patches` takes a list or a range of indices, or `rows:` or `columns:`.")
        }
        let chosen = try targets[0].patches(rows: rows, columns: columns, in: shape)
        return try narrowed { $0.tokens = chosen.tokens }
    }

    /// How many heads share the layer's features; 1 for a layer that has none, where choosing one is refused.
    private var headCount: Int { model.headCount(at: targets[0].layer) ?? 1 }

    private func register(_ arguments: Arguments) throws -> Value {
        let index = try arguments.integer("index")
        if case .tokens(let layout, _) = try shape, layout.registerCount > 0,
            !(0..<layout.registerCount).contains(index)
        {
            throw EngineError.outOfRange(
                what: "register", index: index, count: layout.registerCount,
                place: "\(targets[0].layer) of \(model.name)")
        }
        return try narrowed { $0.tokens = .special(TokenLayout.register(index)) }
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
            result: "a target", summary: summary, example: "render(vit.blocks[5].mlp.neuron(42))", isPure: true)
    }

    private static let head = Signature(
        "head", [Parameter(label: nil, name: "index", .integer, summary: "which attention head, from 0")],
        result: "a target", summary: "The features of one attention head.",
        example: "render(vit.blocks[5].attn.queries.head(2))", isPure: true)

    private static let hiddenUnit = Signature(
        "hiddenUnit",
        [Parameter(label: nil, name: "index", .integer, summary: "which hidden unit of the token mixing, from 0")],
        result: "a target", summary: "One hidden unit of the MLP that mixes tokens, over all features.",
        example: "render(mixer.blocks[5].mlp2.hidden.hiddenUnit(3))", isPure: true)

    private static let hiddenUnits = Signature(
        "hiddenUnits",
        [Parameter(label: nil, name: "indices", .list(.integer), summary: "a range or a list of hidden units")],
        result: "a target", summary: "Some hidden units of the MLP that mixes tokens instead of all.",
        example: "render(mixer.blocks[5].mlp2.hidden.hiddenUnits(0..<16))", isPure: true)

    private static let register = Signature(
        "register", [Parameter(label: nil, name: "index", .integer, summary: "which register token, from 0")],
        result: "a target", summary: "One register token alone.",
        example: "render(dino.blocks[5].register(0))", isPure: true)

    private static let neurons = Signature(
        "neurons",
        [Parameter(label: nil, name: "indices", .list(.integer), summary: "a range or a list of features")],
        result: "a list of targets",
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
        result: "a target", summary: "One patch instead of all.",
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
        result: "a target", summary: "Some patches instead of all.",
        example: "render(vit.blocks[3].patches(0..<16))", isPure: true)
}
