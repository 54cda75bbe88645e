import Cells
import VitrineEngine

/// The ways to narrow targets down, shared by layers, targets and lists of targets:
/// `.neuron(42)`, `.neurons(0..<16)`, `.patch(27)`, `.patches(0..<16)`, `.cls`, `.tokens`.
struct TargetChoice {
    /// The model whose targets these are.
    let model: Model
    /// The targets to narrow down, all in one layer.
    let targets: [Target]
    /// Whether the targets are a list (of neurons), so that the result is a list too.
    let isList: Bool

    /// Returns the choices that are left in a layer of a shape.
    ///
    /// An attention pattern offers none, but choosing a neuron there throws an error that says where neurons are.
    ///
    /// - Parameters:
    ///   - target: the choices so far, which are not offered again.
    ///   - heads: the number of heads that share the layer's features; nil for a layer without heads.
    static func members(for shape: LayerShape, after target: Target, heads: Int?) -> [Member<TargetChoice>] {
        var choices: [Member<TargetChoice>] = []
        switch target.features {
        case .all:
            choices += [neuron(in: shape), neurons]
            if heads != nil { choices += [head, allHeads] }
        case .head: choices += [neuron(in: shape), neurons]
        case .indices: break
        }
        switch shape {
        case .vector: return choices
        case .heads, .windows, .pooling: return []
        case .tokenMixing, .tokens: return target.tokens == .patches ? choices + rows(of: shape) : choices
        }
    }

    /// Returns the choices of tokens, or of hidden units in a layer that has these instead.
    private static func rows(of shape: LayerShape) -> [Member<TargetChoice>] {
        guard case .tokens(let layout, _) = shape else { return [hiddenUnit, hiddenUnits] }
        var choices = [patch, patches]
        if layout.special.contains("CLS") { choices.append(cls) }
        if layout.special.contains("distillation") { choices.append(distillation) }
        if layout.registerCount > 0 { choices.append(register) }
        return choices + [tokens]
    }

    /// Returns the choice with a name; nil if there is none. A choice that is not offered throws an error with the
    /// reason.
    func member(_ name: String) throws -> Value? {
        try name == "neuron"
            ? MemberTable([Self.neuron(in: shape)]).value(of: name, in: self)
            : Self.others.value(of: name, in: self)
    }

    private static let others: MemberTable<TargetChoice> = [
        neurons, head, allHeads, patch, patches, hiddenUnit, hiddenUnits, register, cls, distillation, tokens,
    ]

    private var shape: LayerShape {
        get throws { try model.layer(targets[0].layer).shape }
    }

    /// The number of heads that share the layer's features; 1 for a layer without heads, where choosing a head is an
    /// error.
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

    /// Returns a target for each of several neurons; for a list of heads, those of the first head, then of the next.
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

    /// Throws if the targets are a list whose neurons are already chosen, since a further choice probably means one of
    /// them.
    private func refuseNeuronsOfNeurons() throws {
        guard isList, case .indices = targets[0].features else { return }
        throw CellError(
            .wrongArgument,
            "Every target of this list already has its neuron. `[0]` takes the first of them, and `.together` makes "
                + "one picture of all.")
    }

    private func patch(_ arguments: Arguments) throws -> Value {
        guard case .tokens = try shape else {
            // Throws the error for this shape.
            return try narrowed(tokens: .indices([0]))
        }
        let (row, column) = (arguments[Self.row], arguments[Self.column])
        if let index = arguments[Self.patchIndex], row == nil, column == nil {
            return try narrowed(tokens: .indices([index]))
        }
        guard !arguments.wasGiven(Self.patchIndex), let row, let column else {
            throw CellError(.wrongArgument, "`patch` takes an index, or `row:` and `column:`.")
        }
        return try narrowed(tokens: targets[0].patch(row: row, column: column, in: shape).tokens)
    }

    private func patches(_ arguments: Arguments) throws -> Value {
        let (rows, columns) = (arguments[Self.rows], arguments[Self.columns])
        if let indices = arguments[Self.patchIndices], rows == nil, columns == nil {
            return try narrowed(tokens: .indices(indices))
        }
        guard !arguments.wasGiven(Self.patchIndices), rows != nil || columns != nil else {
            throw CellError(
                .wrongArgument,
                "`patches` takes a list or a range of indices, or `rows:` or `columns:` or both of these instead.")
        }
        return try narrowed(tokens: targets[0].patches(rows: rows, columns: columns, in: shape).tokens)
    }

    private func register(_ arguments: Arguments) throws -> Value {
        let index = arguments[Self.registerIndex]
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

// The declarations.
extension TargetChoice {
    private static let feature = Argument<Int>("index", label: nil, summary: "which feature, from 0")
    private static let features = Argument<[Int]>("indices", label: nil, summary: "a range or a list of features")

    private static func neuron(in shape: LayerShape) -> Member<TargetChoice> {
        let summary =
            switch shape {
            case .tokenMixing: "One feature, over all hidden token-mixing units; `.hiddenUnit(3)` chooses one of those."
            case .vector: "One feature."
            default: "One feature, over all patches."
            }
        return .method(
            Signature(
                "neuron", [feature], result: .object(.target), summary: summary,
                example: "render(vit.blocks[5].mlp.neuron(42))", isPure: true)
        ) { try $0.narrowed(neurons: [$1[feature]]) }
    }

    private static let neurons = Member<TargetChoice>.method(
        Signature(
            "neurons", [features], result: .object(.targetList),
            summary: "Several features: a picture each, computed as one batch; `.together` makes one picture of them.",
            example: "render(vit.blocks[5].mlp.neurons(0..<16))", isPure: true)
    ) { try $0.list(of: $1[features]) }

    private static let headIndex = Argument<Int>("index", label: nil, summary: "which attention head, from 0")

    private static let head = Member<TargetChoice>.method(
        Signature(
            "head", [headIndex], result: .object(.target),
            summary: "The features of one attention head; `.neuron(3)` after it is the head's own.",
            example: "render(vit.blocks[5].attn.queries.head(2))", isPure: true)
    ) { try $0.narrowed(head: $1[headIndex]) }

    private static let allHeads = Member<TargetChoice>.property(
        "heads", .object(.targetList), "every attention head, a target each"
    ) { try $0.heads }

    private static let unitIndex = Argument<Int>(
        "index", label: nil, summary: "which hidden unit of the token mixing, from 0")
    private static let unitIndices = Argument<[Int]>(
        "indices", label: nil, summary: "a range or a list of hidden units")

    private static let hiddenUnit = Member<TargetChoice>.method(
        Signature(
            "hiddenUnit", [unitIndex], result: .object(.target),
            summary: "One hidden unit of the MLP that mixes tokens, over all features.",
            example: "render(mixer.blocks[5].mlp2.hidden.hiddenUnit(3))", isPure: true)
    ) { try $0.narrowed(tokens: .hiddenUnits([$1[unitIndex]])) }

    private static let hiddenUnits = Member<TargetChoice>.method(
        Signature(
            "hiddenUnits", [unitIndices], result: .object(.target),
            summary: "Some hidden units of the MLP that mixes tokens instead of all.",
            example: "render(mixer.blocks[5].mlp2.hidden.hiddenUnits(0..<16))", isPure: true)
    ) { try $0.narrowed(tokens: .hiddenUnits($1[unitIndices])) }

    private static let registerIndex = Argument<Int>("index", label: nil, summary: "which register token, from 0")

    private static let register = Member<TargetChoice>.method(
        Signature(
            "register", [registerIndex], result: .object(.target), summary: "One register token alone.",
            example: "render(dino.blocks[5].register(0))", isPure: true)
    ) { try $0.register($1) }

    private static let patchIndex = Argument<Int?>(
        "index", label: nil, default: nil, summary: "which patch, from 0, row by row")
    private static let row = Argument<Int?>("row", default: nil, summary: "instead of the index: the row from 0")
    private static let column = Argument<Int?>("column", default: nil, summary: "and the column from 0")

    private static let patch = Member<TargetChoice>.method(
        Signature(
            "patch", [patchIndex, row, column], result: .object(.target), summary: "One patch instead of all.",
            example: "render(vit.blocks[5].mlp.neuron(42).patch(27))", isPure: true)
    ) { try $0.patch($1) }

    private static let patchIndices = Argument<[Int]?>(
        "indices", label: nil, default: nil, summary: "a range or a list of patches")
    private static let rows = Argument<Range<Int>?>("rows", default: nil, summary: "instead: whole rows of patches")
    private static let columns = Argument<Range<Int>?>(
        "columns", default: nil, summary: "instead, or together with rows: whole columns of patches")

    private static let patches = Member<TargetChoice>.method(
        Signature(
            "patches", [patchIndices, rows, columns], result: .object(.target),
            summary: "Some patches instead of all.", example: "render(vit.blocks[3].patches(0..<16))", isPure: true)
    ) { try $0.patches($1) }

    private static let cls = Member<TargetChoice>.property("cls", .object(.target), "the class token alone") {
        try $0.narrowed(tokens: .special("CLS"))
    }

    private static let distillation = Member<TargetChoice>.property(
        "distillation", .object(.target), "the distillation token alone"
    ) { try $0.narrowed(tokens: .special("distillation")) }

    private static let tokens = Member<TargetChoice>.property(
        "tokens", .object(.target), "every token, the special ones too"
    ) { try $0.narrowed(tokens: .all) }
}
