import Cells
import Jupyter
import VitrineEngine

/// The result of `similarity`: where photographs are like one patch.
final class SimilarityValue: TabledObject, Displayable, SheetValue {
    private let found: PatchSimilarity
    private let names: [String]
    private let title: String
    private let maps: [HeatMap]

    init(_ found: PatchSimilarity, names: [String], title: String) {
        self.found = found
        self.names = names
        self.title = title
        maps = found.maps(names: names)
    }

    var kind: ValueKind { .similarity }
    var kinds: [ValueKind] { [.similarity, .picture] }
    var plainText: String { table.plain }
    var shownSheet: ContactSheet? { ContactSheet(maps.map(\.entry), title: heading) }
    var bundle: MIMEBundle {
        SheetDisplay(ContactSheet(maps.map(\.entry), title: heading).image, title: heading, plain: plainText).bundle
    }

    static let memberTable: MemberTable<SimilarityValue> = [
        .property("map", .object(.heatMap), "the cosine of each patch of the photograph") {
            .object(HeatMapValue($0.maps[0], title: $0.heading))
        },
        .property("maps", .list(.object(.heatMap)), "the same of the photograph and of the others") { value in
            .array(value.maps.map { .object(HeatMapValue($0, title: value.heading)) })
        },
        .property("values", .object(.tensor), "the cosines in the photograph, rows × columns") {
            .object(TensorValue($0.found.cosines[0], title: "similarity to \($0.found.patch.words)"))
        },
        .property(
            "nearest", .list(.integer),
            "the most similar patch of each photograph, in the first the most similar other one"
        ) { .array($0.found.nearest.map { $0.map { .integer($0.index) } ?? .nothing }) },
        .property("patch", .integer, "the patch that all are compared with") { .integer($0.found.patch.index) },
        .method(saveSignature) { (value, arguments, run: CellRun) in
            if arguments[TensorValue.path].lowercased().hasSuffix(".png") {
                try FileCommands.write(
                    ContactSheet(value.maps.map(\.entry), title: value.heading), to: arguments[TensorValue.path],
                    in: run)
            } else {
                try TensorFile.write(value.found.cosines[0], arguments, run)
            }
            return .void
        },
        .property("table", .object(.table), "the numbers") { .object(TableValue($0.table)) },
        .sheetImage { $0.heading },
    ]

    private static let saveSignature = Signature(
        "save", [TensorValue.path],
        summary: "Writes the photograph's cosines for NumPy, rows × columns, or the maps where the path ends in .png.",
        example: "similarity(photo, from: vit.blocks[11].patch(27)).save(\"similarity.npy\")")

    private var heading: String { "\(title): similarity to \(found.patch.words)" }

    private var table: Table {
        Table(
            headings: ["photograph", "patches", "most similar patch", "cosine", "mean cosine"],
            rows: names.indices.map { place in
                let (cosines, nearest) = (found.cosines[place], found.nearest[place])
                let mean = cosines.values.reduce(0, +) / Float(max(cosines.values.count, 1))
                return [
                    names[place], "\(cosines.shape[0]) × \(cosines.shape[1])", nearest?.words ?? "–",
                    nearest.map { brief(Double(cosines.values[$0.index])) } ?? "–", brief(Double(mean)),
                ]
            }, codeColumns: [], footnote: heading + ".")
    }
}
