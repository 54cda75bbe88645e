import Cells
import Jupyter
import VitrineEngine

/// The result of `contributions(to:at:)`: what each part adds to a logit.
final class ContributionsValue: TabledObject, Displayable, SheetValue {
    private let found: Contributions

    init(_ found: Contributions) { self.found = found }

    var kind: ValueKind { .contributions }
    var kinds: [ValueKind] { [.contributions, .picture] }
    var plainText: String { display.plain }
    var bundle: MIMEBundle { display.bundle }
    var shownSheet: ContactSheet? { plot.map { ContactSheet([.init($0.image, caption: "")]) } }

    static let memberTable: MemberTable<ContributionsValue> = [
        .property("objective", .number, "the objective's value, as the model computes it") {
            .number(shortest($0.found.value))
        },
        .property("sum", .number, "the sum of all contributions") { .number(shortest($0.found.sum)) },
        .property("error", .number, "how far the sum is from the objective's value") {
            .number(shortest($0.found.error))
        },
        .property("heads", .object(.tensor), "what each head adds, blocks × heads") { value in
            value.found.heads.map { heads in
                .object(
                    TensorValue(
                        heads.values, title: "what each head adds to \(value.found.label)",
                        shapeWords: "\(heads.layers.count) blocks × \(heads.values.shape[1]) heads"))
            } ?? .nothing
        },
        .property("parts", .list(.string), "the parts, the one that adds or takes away most first") {
            .array($0.found.strongest.map { .string($0.words) })
        },
        .property("values", .object(.tensor), "what they add, in the same order") { value in
            let parts = value.found.strongest
            return .object(
                TensorValue(
                    Tensor(parts.map(\.value), shape: [parts.count]), title: "contributions to \(value.found.label)",
                    shapeWords: "\(parts.count) parts"))
        },
        .property("table", .object(.table), "the numbers") { .object(TableValue($0.table(count: .max))) },
        .sheetImage { "contributions to \($0.found.label)" },
    ]

    private var plot: MatrixPlot? {
        found.heads.map { heads in
            MatrixPlot(
                heads.values, rows: heads.layers.map { "block \($0.split(separator: ".").dropFirst().first ?? "")" },
                columns: (0..<heads.values.shape[1]).map(String.init),
                title: "\(found.model): what each head adds to \(found.label)", xLabel: "head")
        }
    }

    private var display: StudyDisplay {
        StudyDisplay(
            pictures: plot.map { [$0.image] } ?? [], title: "Contributions to \(found.label)",
            tables: [table(count: 16)])
    }

    private func table(count: Int) -> Table {
        let all = found.strongest
        let shown = Array(all.prefix(count))
        let rest = Double(all.dropFirst(shown.count).reduce(0) { $0 + $1.value })
        return Table(
            headings: ["part", "adds"],
            rows: shown.map { [$0.words, brief(Double($0.value))] }
                + (shown.count < all.count ? [["\(all.count - shown.count) others together", brief(rest)]] : []),
            footnote:
                "Together \(significant(found.sum)); \(found.label) of \(found.model) is \(significant(found.value)), "
                + "so they add up to it within \(significant(abs(found.error)))."
        )
    }
}
