import Cells
import Jupyter
import VitrineEngine

/// A layer in a cell: `vit.blocks[5].mlp`. Its members are the layers below it and the choices of its parts.
final class LayerValue: TabledObject, Displayable, ArgumentValue {
    static var argumentType: ValueType { .object(.layer) }

    /// The model that the layer is part of.
    let model: Model
    /// The layer.
    let layer: Layer

    init(_ model: Model, _ layer: Layer) {
        self.model = model
        self.layer = layer
    }

    var kind: ValueKind { .layer }
    var kinds: [ValueKind] { [.layer, .objective] }
    var plainText: String { "\(layer.address) of \(model.name): \(layer.shape.words)" }
    var bundle: MIMEBundle { MIMEBundle(plain: plainText) }

    /// The whole layer as a target: all neurons in all patches.
    var target: Target { Target(model: model.name, layer: layer.address) }

    func isEqual(to other: any CellObject) -> Bool {
        guard let other = other as? LayerValue else { return false }
        return other.model === model && other.layer.address == layer.address
    }

    /// The names of the layers directly below: `mlp`, `attn` and `before` of a block, `hidden` of an MLP.
    private var children: [String] {
        let prefix = layer.address + "."
        return model.graph.layers.map(\.address).filter { $0.hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count)) }.filter { !$0.contains(".") }
    }

    static let memberTable: MemberTable<LayerValue> = [
        .property("address", .string, "the layer's address") { .string($0.layer.address) },
        .property("shape", .string, "the shape of its output in words") { .string($0.layer.shape.words) },
    ]

    /// The members: the layers below it, the choices of its parts, its properties, and its objectives.
    var allMembers: MemberTable<LayerValue> {
        let below = children.map { name in
            Member<LayerValue>.property(name, .object(.layer), model.words(of: "\(layer.address).\(name)")) {
                .object(LayerValue($0.model, try $0.model.layer("\($0.layer.address).\(name)")))
            }
        }
        let choices = TargetChoice.members(
            for: layer.shape, after: target,
            heads: model.headCount(at: layer.address) ?? model.headCount(at: "\(layer.address).heads"))
        return MemberTable(
            below + Self.memberTable.members + choices.map { $0.of(\.choice) } + Self.kinds.members)
    }

    private static let kinds = MemberTable<LayerValue>(
        ObjectiveKinds.members.map { $0.of { ObjectiveKinds(model: $0.model, target: $0.target) } })

    private var choice: TargetChoice { TargetChoice(model: model, targets: [target], isList: false) }

    func member(_ name: String) throws -> Value? {
        // Includes names that are not listed: `mlp` of a mixer's block is its embedding MLP.
        if let below = model.graph.layer("\(layer.address).\(name)") { return .object(LayerValue(model, below)) }
        if let value = try Self.memberTable.value(of: name, in: self) ?? Self.kinds.value(of: name, in: self) {
            return value
        }
        // A head of the attention is the head's output, before the projection mixes them.
        if name == "head", let heads = model.graph.layer("\(layer.address).heads") {
            return try LayerValue(model, heads).member(name)
        }
        if ["attn", "attention", "self_attention", "heads"].contains(name), !children.isEmpty {
            throw CellError(
                .unknownMember,
                "\(layer.address) of \(model.name) has no attention. It has "
                    + children.map { "`\($0)`" }.joined(separator: ", ") + ".")
        }
        return try choice.member(name)
    }

    func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? {
        try ObjectiveValue(model, target).binary(operation, other, isLeft: isLeft)
    }

    func unary(_ operation: String) throws -> Value? { try ObjectiveValue(model, target).unary(operation) }
}
