import Cells
import Jupyter
import VitrineEngine

/// A layer in a cell: `vit.blocks[5].mlp`. Its members are the layers below it and the ways to choose a part.
final class LayerValue: CellObject, Displayable {
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

    /// The names of the layers right below: `mlp`, `attn` and `before` of a block, `hidden` of an MLP.
    private var children: [String] {
        let prefix = layer.address + "."
        return model.graph.layers.map(\.address).filter { $0.hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count)) }.filter { !$0.contains(".") }
    }

    var members: [MemberDeclaration] {
        children.map { .property($0, .object(.layer), model.words(of: "\(layer.address).\($0)")) }
            + [
                .property("address", .string, "the layer's address"),
                .property("shape", .string, "the shape of its output in words"),
            ]
            + TargetChoice.declarations(
                for: layer.shape, after: target, heads: model.headCount(at: layer.address))
            + ObjectiveKinds.declarations
    }

    func member(_ name: String) throws -> Value? {
        switch name {
        case "address": .string(layer.address)
        case "shape": .string(layer.shape.words)
        default:
            // Also names that are not listed: `mlp` of a mixer's block is its embedding MLP.
            if let below = model.graph.layer("\(layer.address).\(name)") {
                .object(LayerValue(model, below))
            } else if let kind = ObjectiveKinds(model: model, target: target).member(name) {
                kind
            } else if ["attn", "attention", "self_attention", "heads"].contains(name), !children.isEmpty {
                throw CellError(
                    .unknownMember,
                    "\(layer.address) of \(model.name) has no attention. It has "
                        + children.map { "`\($0)`" }.joined(separator: ", ") + ".")
            } else {
                try TargetChoice(model: model, targets: [target], isList: false).member(name)
            }
        }
    }

    func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? {
        try ObjectiveValue(model, target).binary(operation, other, isLeft: isLeft)
    }

    func unary(_ operation: String) throws -> Value? { try ObjectiveValue(model, target).unary(operation) }
}
