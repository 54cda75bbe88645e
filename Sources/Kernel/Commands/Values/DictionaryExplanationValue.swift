import Cells
import Jupyter
import VitrineEngine

/// The result of `sae.reconstruction(photo)`: how much of a layer a dictionary explains.
final class DictionaryExplanationValue: TabledObject, Displayable {
    private let found: DictionaryExplanation
    private let name: String

    init(_ found: DictionaryExplanation, name: String) {
        self.found = found
        self.name = name
    }

    var kind: ValueKind { .dictionaryExplanation }
    var plainText: String { table.plain }
    var bundle: MIMEBundle { table.bundle }

    static let memberTable: MemberTable<DictionaryExplanationValue> = [
        .property("unexplained", .number, "the share of the variance over the tokens that the dictionary misses") {
            .number($0.found.unexplained)
        },
        .property("active", .list(.integer), "how many latents are above 0 in each token") {
            .array($0.found.active.map { .integer($0) })
        },
        .property("meanActive", .number, "how many that are on average") { .number($0.found.meanActive) },
        .property("tensor", .object(.tensor), "the layer as the dictionary reconstructs it") {
            .object(TensorValue($0.found.reconstruction, title: "\($0.found.layer) as “\($0.name)” reconstructs it"))
        },
        .property("table", .object(.table), "the numbers") { .object(TableValue($0.table)) },
    ]

    private var table: Table {
        Table(
            headings: ["“\(name)” on \(found.layer)", ""],
            rows: [
                ["variance unexplained", (found.unexplained * 100).formatted(digits: 2) + " %"],
                ["active latents in a token", found.meanActive.formatted(digits: 1)],
                ["most in a token", "\(found.active.max() ?? 0)"],
            ], codeColumns: [])
    }
}
