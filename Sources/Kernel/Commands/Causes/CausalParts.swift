import Cells
import VitrineEngine

/// Parts of a model as an argument: heads, neurons, patches, layers, blocks, and lists of them.
struct CausalParts: Sendable {
    /// The parts with their models; at least one.
    let parts: [(model: Model, part: Importance.Part)]

    private static let type = ValueType.oneOf([
        .object(.layer), .object(.target), .object(.targetList), .object(.blockList), .object(.layerList), .list(.any),
    ])

    /// Creates an argument that takes parts.
    static func argument(_ name: String, label: ArgumentLabel = .name, summary: String) -> Argument<CausalParts> {
        Argument<CausalParts>(name, label: label, type, summary: summary) { read($0) }
    }

    /// Converts a value; an empty list, and anything that is no part, gives no parts, for the command to refuse.
    static func read(_ value: Value) -> CausalParts? { CausalParts(parts: found(value)) }

    private static func found(_ value: Value) -> [(model: Model, part: Importance.Part)] {
        switch value.object {
        case let layer as LayerValue:
            let isBlock = layer.model.blockNodes(layer.layer.address) != nil
            return [(layer.model, isBlock ? .block(layer.layer.address) : .target(layer.target))]
        case let target as TargetValue: return [(target.model, .target(target.target))]
        case let list as TargetListValue: return list.targets.map { (list.model, .target($0)) }
        case let object?: return (object.elements ?? []).flatMap(found)
        case nil: return (value.array ?? []).flatMap(found)
        }
    }

    /// Returns the parts of one model, under its name.
    ///
    /// - Throws: a ``CellError`` if there are none, or some of another model.
    func of(_ model: Model, _ arguments: Arguments, about argument: some ArgumentKey) throws -> [Importance.Part] {
        guard !parts.isEmpty else {
            throw arguments.complaint(
                about: argument,
                "No part of a model is chosen. Choose heads, layers, blocks or patches: `vit.heads`, `vit.blocks`.")
        }
        return try parts.map { part in
            guard part.model.isSameWeights(as: model) else {
                throw arguments.complaint(
                    about: argument,
                    "This is a part of \(part.model.name), not of \(model.name). Choose it from that model.")
            }
            guard case .target(var target) = part.part else { return part.part }
            target.model = model.name
            return .target(target)
        }
    }
}
