import Cells
import Jupyter
import VitrineEngine

/// A heat map in a cell: a number for each patch or pixel of a photograph, shown as colors over it.
final class HeatMapValue: TabledObject, Displayable, SheetValue {
    /// The map.
    let map: HeatMap
    private let title: String

    /// Creates the value for one map of several, whose common title is `title`.
    init(_ map: HeatMap, title: String) {
        self.map = map
        self.title = title
    }

    var kind: ValueKind { .heatMap }
    var kinds: [ValueKind] { [.heatMap, .picture] }
    var plainText: String { title + "\n" + HeatMapTable(maps: [map]).table.plain }
    var shownSheet: ContactSheet? { ContactSheet([map.entry]) }
    var bundle: MIMEBundle {
        let label = map.label.split(separator: "\n").joined(separator: ", ")
        let heading = label.isEmpty || title.contains(label) ? title : "\(title), \(label)"
        return SheetDisplay(ContactSheet([map.entry]).image, title: heading, plain: plainText).bundle
    }

    static let memberTable: MemberTable<HeatMapValue> = [
        .property("values", .object(.tensor), "its numbers, rows × columns from the upper left") {
            let (map, shape) = ($0.map, $0.map.values.shape)
            return .object(
                TensorValue(
                    map.values, title: "\($0.title), \(map.label)",
                    shapeWords: "\(shape[0]) rows × \(shape[1]) columns"))
        },
        .property("label", .string, "what the numbers are") { .string($0.map.label) },
        .property("min", .number, "the smallest number") {
            $0.finite.min().map { .number(shortest($0)) } ?? .nothing
        },
        .property("max", .number, "the largest number") {
            $0.finite.max().map { .number(shortest($0)) } ?? .nothing
        },
        .property("strongest", .integer, "the index of the largest, counted row by row from 0") {
            let columns = $0.map.values.shape[1]
            return $0.map.strongest.map { .integer($0.row * columns + $0.column) } ?? .nothing
        },
        .property("row", .integer, "the row of the largest") {
            $0.map.strongest.map { .integer($0.row) } ?? .nothing
        },
        .property("column", .integer, "the column of the largest") {
            $0.map.strongest.map { .integer($0.column) } ?? .nothing
        },
    ]

    /// The members, among them the numbers of the layer's special tokens.
    var allMembers: MemberTable<HeatMapValue> {
        let special = map.special.map { special in
            Member<HeatMapValue>.property(
                Self.name(special.token), .number, "the \(special.token) token's number"
            ) { _ in .number(shortest(special.value)) }
        }
        return MemberTable(Self.memberTable.members + special + [.sheetImage { $0.map.label }])
    }

    private var finite: [Float] { map.values.values.filter(\.isFinite) }

    func isEqual(to other: any CellObject) -> Bool { (other as? HeatMapValue)?.map == map }

    /// Returns the name of a special token's member: "cls", "distillation", "register0".
    private static func name(_ token: String) -> String { token.lowercased().filter { $0 != " " } }
}

extension HeatMaps {
    /// Each map as a value.
    var cellValues: [Value] { maps.map { .object(HeatMapValue($0, title: title)) } }
}
