import Cells
import VitrineEngine

/// Several layers in a cell: `vit.blocks[[1, 4, 8]].mlp`. Their members are those of each.
final class LayerGroupValue: CellObject {
    /// The layers; at least one.
    let layers: [LayerValue]

    init(_ layers: [LayerValue]) { self.layers = layers }

    var kind: ValueKind { .layerList }
    var plainText: String { layers.map(\.plainText).joined(separator: "\n") }
    var elements: [Value]? { layers.map { .object($0) } }

    var members: [MemberDeclaration] {
        [.property("count", .integer, "how many layers there are")] + (layers.first?.members ?? [])
    }

    /// Returns the member of each layer: layers below them as several layers, everything else as a list.
    func member(_ name: String) throws -> Value? {
        if name == "count" { return .integer(layers.count) }
        let found = try layers.compactMap { try $0.member(name) }
        guard found.count == layers.count else { return nil }
        let below = found.compactMap { $0.object as? LayerValue }
        if below.count == found.count { return .object(LayerGroupValue(below)) }
        let functions = found.compactMap(\.function)
        guard functions.count == found.count, let first = functions.first else { return .array(found) }
        return .function(
            Cells.Command<any CellContext>(first.signature) { arguments, context in
                .array(try functions.map { try $0.call(arguments, in: context) })
            })
    }
}
