import Cells
import Jupyter
import VitrineEngine

/// A heat map in a cell: numbers for the patches or pixels of a photograph, as colors over it.
final class HeatMapValue: CellObject, Displayable, SheetValue {
    /// The map.
    let map: HeatMap
    private let title: String

    /// A map out of several that are called `title` together.
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

    var members: [MemberDeclaration] {
        [
            .property("values", .object(.tensor), "its numbers, rows × columns from the upper left"),
            .property("label", .string, "what the numbers are"),
            .property("min", .number, "the smallest number"),
            .property("max", .number, "the largest number"),
            .property("strongest", .integer, "the place of the largest, counted row by row from 0"),
            .property("row", .integer, "the row of the largest"),
            .property("column", .integer, "the column of the largest"),
        ] + map.special.map { .property(Self.name($0.token), .number, "the \($0.token) token's number") }
            + [SheetMember.declaration]
    }

    func member(_ name: String) throws -> Value? {
        if let special = map.special.first(where: { Self.name($0.token) == name }) {
            return .number(shortest(special.value))
        }
        let finite = map.values.values.filter(\.isFinite)
        return switch name {
        case "values":
            .object(
                TensorValue(
                    map.values, title: "\(title), \(map.label)",
                    shapeWords: "\(map.values.shape[0]) rows × \(map.values.shape[1]) columns"))
        case "label": .string(map.label)
        case "min": finite.min().map { .number(shortest($0)) } ?? .nothing
        case "max": finite.max().map { .number(shortest($0)) } ?? .nothing
        case "strongest":
            map.strongest.map { .integer($0.row * map.values.shape[1] + $0.column) } ?? .nothing
        case "row": map.strongest.map { .integer($0.row) } ?? .nothing
        case "column": map.strongest.map { .integer($0.column) } ?? .nothing
        case "image": SheetMember.value(ContactSheet([map.entry]), name: map.label)
        default: nil
        }
    }

    func isEqual(to other: any CellObject) -> Bool { (other as? HeatMapValue)?.map == map }

    /// A special token as a member: "cls", "distillation", "register0".
    private static func name(_ token: String) -> String { token.lowercased().filter { $0 != " " } }
}

extension HeatMaps {
    /// Each map as a value.
    var cellValues: [Value] { maps.map { .object(HeatMapValue($0, title: title)) } }
}
