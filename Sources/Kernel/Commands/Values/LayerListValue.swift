import Cells
import Jupyter
import VitrineEngine

/// All layers of a model, which are shown as a table.
struct LayerListValue: TabledObject, Displayable {
    private let model: Model

    init(_ model: Model) { self.model = model }

    var kind: ValueKind { .layerList }
    var plainText: String { table.plain }
    var bundle: MIMEBundle { table.bundle }
    var elements: [Value]? { listed.map { .object(LayerValue(model, $0)) } }

    static let memberTable: MemberTable<LayerListValue> = [
        .property("count", .integer, "how many layers there are") { .integer($0.listed.count) }
    ]

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        guard let index = try arguments.index(of: "layer", below: listed.count, in: model.name) else {
            return nil
        }
        return .object(LayerValue(model, listed[index]))
    }

    private var listed: [Layer] { model.layers }

    private var table: Table { LayerTable(model: model.name, layers: listed).table }
}
