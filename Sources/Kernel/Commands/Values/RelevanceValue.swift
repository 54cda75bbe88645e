import Cells
import Jupyter
import VitrineEngine

/// The result of `relevance(of:at:by:)`: a map of what in a photograph an objective depends on.
final class RelevanceValue: TabledObject, Displayable, SheetValue {
    /// What the map explains.
    let objective: ObjectiveValue
    /// The photograph.
    let photograph: Photograph
    private let found: Relevance

    init(_ found: Relevance, of objective: ObjectiveValue, at photograph: Photograph) {
        self.found = found
        self.objective = objective
        self.photograph = photograph
    }

    var kind: ValueKind { .relevance }
    var kinds: [ValueKind] { [.relevance, .picture] }
    var plainText: String { ([title] + facts).joined(separator: "\n") + "\n" + table.plain }
    var shownSheet: ContactSheet? { HeatMaps(title, maps: [found.map], of: found.map.photograph).sheet }
    var bundle: MIMEBundle {
        SheetDisplay(
            shownSheet?.image ?? found.map.image, title: title, facts: facts, plain: plainText
        ).bundle
    }

    /// The map under the name of its method.
    var labeledMap: HeatMap {
        HeatMap(
            found.settings.method.words, values: found.map.values, over: found.map.photograph, scale: found.map.scale,
            special: found.map.special)
    }

    static let memberTable: MemberTable<RelevanceValue> = [
        .property("map", .object(.heatMap), "the map") { .object(HeatMapValue($0.found.map, title: $0.title)) },
        .property("values", .object(.tensor), "its numbers, rows × columns from the upper left") { value in
            let shape = value.found.map.values.shape
            return .object(
                TensorValue(
                    value.found.map.values, title: value.title, shapeWords: "\(shape[0]) rows × \(shape[1]) columns"))
        },
        .property("objective", .number, "the objective's value on the photograph") {
            .number(shortest($0.found.value))
        },
        .property(
            "attributions", .object(.tensor), "of integrated gradients: the share of every number of the input"
        ) { value in
            value.found.attributions.map {
                .object(
                    TensorValue(
                        $0, title: value.title, shapeWords: "3 channels × \($0.shape[1]) rows × \($0.shape[2]) columns")
                )
            } ?? .nothing
        },
        .property(
            "completenessError", .number,
            "of integrated gradients: how far their sum is from the objective's difference"
        ) { $0.found.completeness.map { .number(shortest($0.error)) } ?? .nothing },
        .sheetImage { $0.title },
    ]

    private var title: String { "\(found.label): \(found.settings.method.words)" }

    private var facts: [String] {
        guard let completeness = found.completeness else { return [] }
        return [
            "attributions add up to \(significant(completeness.sum)), the objective differs from that of the baseline by "
                + "\(significant(completeness.difference)): error \(significant(abs(completeness.error)))"
        ]
    }

    private var table: Table {
        HeatMapTable(maps: [found.map], element: found.attributions == nil ? "patch" : "pixel").table
    }
}
