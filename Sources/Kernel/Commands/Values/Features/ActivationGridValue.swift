import Cells
import Jupyter
import VitrineEngine

/// The result of `grid`: pictures of what a photograph's patches drive.
final class ActivationGridValue: TabledObject, Displayable, SheetValue {
    private let found: ActivationGroups
    private let rendering: Rendering
    private let pictures: PictureValue

    init(_ found: ActivationGroups, rendering: Rendering, cell: String) throws(EngineError) {
        self.found = found
        self.rendering = rendering
        pictures = try PictureValue(rendering, cell: cell)
    }

    var kind: ValueKind { .activationGrid }
    var kinds: [ValueKind] { [.activationGrid, .picture] }
    var plainText: String { table.plain }
    var shownSheet: ContactSheet? { sheet }
    var sheetRecipe: Recipe? { rendering.recipe }
    var bundle: MIMEBundle {
        SheetDisplay(
            sheet.image, title: sheet.title ?? "activation grid",
            facts: ["\(rendering.stepsInWords) · \(rendering.timeInWords)"], plain: plainText
        ).bundle
    }

    static let memberTable: MemberTable<ActivationGridValue> = [
        .property("count", .integer, "how many pictures there are") { .integer($0.found.count) },
        .property("pictures", .object(.pictureSheet), "the pictures") { .object($0.pictures) },
        .property("directions", .object(.tensor), "the direction of each picture, pictures × features") {
            .object(TensorValue($0.found.directions, title: "directions of \($0.place)"))
        },
        .property("weights", .object(.tensor), "how much of each direction every patch has, pictures × rows × columns")
        {
            .object(TensorValue($0.found.weights, title: "weights of \($0.place)"))
        },
        .property("maps", .list(.object(.heatMap)), "where each group is; none without groups") { value in
            .array(
                value.found.isGrouped
                    ? value.found.maps().map { .object(HeatMapValue($0, title: value.place)) } : [])
        },
        .property("missing", .number, "the share of the features' length that the groups leave out") {
            .number($0.found.missing)
        },
        .property("table", .object(.table), "the numbers") { .object(TableValue($0.table)) },
        .sheetImage { $0.place },
    ]

    private var sheet: ContactSheet { found.sheet(rendering.pictures.map(\.image)) }
    private var place: String { "\(found.features.model) \(found.features.layer)" }

    /// The largest number of rows in the table.
    private static let rowCount = 12

    private var table: Table {
        let total = found.weights.values.reduce(0, +)
        let count = found.features.patchCount
        return Table(
            headings: [found.isGrouped ? "group" : "patch", "share", "strongest in", "activation of its picture"],
            rows: (0..<min(found.count, Self.rowCount)).map { index in
                let own = found.weights.values[index * count..<(index + 1) * count].map(\.self)
                let best = own.indices.max { own[$0] < own[$1] } ?? 0
                return [
                    "\(index)",
                    "\(Double(own.reduce(0, +) / max(total, .leastNormalMagnitude) * 100).formatted(digits: 1)) %",
                    PatchPosition(best, in: found.features.layout).words,
                    significant(rendering.pictures[index].activation),
                ]
            }, codeColumns: [],
            footnote: "\(place): \(found.features.words)."
                + (found.isGrouped
                    ? " \(Double(found.missing * 100).formatted(digits: 1)) % of the features' length is in no group."
                    : "")
                + (found.count > Self.rowCount ? " The first \(Self.rowCount) of \(found.count)." : ""))
    }
}
