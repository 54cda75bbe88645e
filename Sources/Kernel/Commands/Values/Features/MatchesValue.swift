import Cells
import Jupyter
import VitrineEngine

/// The result of `matches`: patches of two photographs that are each other's most similar.
final class MatchesValue: TabledObject, Displayable, SheetValue {
    private let found: PatchMatches
    private let names: [String]
    private let count: Int

    init(_ found: PatchMatches, names: [String], count: Int) {
        self.found = found
        self.names = names
        self.count = count
    }

    var kind: ValueKind { .matches }
    var kinds: [ValueKind] { [.matches, .picture] }
    var plainText: String { table.plain }
    var shownSheet: ContactSheet? {
        ContactSheet(
            [.init(found.image(count: count), caption: "\(names[0]) and \(names[1])")], title: heading)
    }
    var bundle: MIMEBundle {
        SheetDisplay(found.image(count: count), title: heading, plain: plainText).bundle
    }

    static let memberTable: MemberTable<MatchesValue> = [
        .property("count", .integer, "how many pairs there are") { .integer($0.found.matches.count) },
        .property("first", .list(.integer), "the pairs' patches in the first photograph, the most similar pair first") {
            .array($0.found.matches.map { .integer($0.first.index) })
        },
        .property("second", .list(.integer), "their patches in the second photograph") {
            .array($0.found.matches.map { .integer($0.second.index) })
        },
        .property("cosines", .list(.number), "how similar the pairs are") {
            .array($0.found.matches.map { .number(shortest($0.cosine)) })
        },
        .method(saveSignature) { (value, arguments, run: CellRun) in
            if arguments[TensorValue.path].lowercased().hasSuffix(".png"), let sheet = value.shownSheet {
                try FileCommands.write(sheet, to: arguments[TensorValue.path], in: run)
            } else {
                let rows = value.found.matches.flatMap { [Float($0.first.index), Float($0.second.index), $0.cosine] }
                try TensorFile.write(Tensor(rows, shape: [value.found.matches.count, 3]), arguments, run)
            }
            return .void
        },
        .property("table", .object(.table), "the pairs, most similar first") { .object(TableValue($0.table)) },
        .sheetImage { $0.heading },
    ]

    private static let saveSignature = Signature(
        "save", [TensorValue.path],
        summary:
            "Writes the pairs for NumPy, a row each: patch, patch, cosine; or the picture where the path ends in .png.",
        example: "matches(photo, other, in: vit).save(\"matches.npy\")")

    private var heading: String {
        let drawn = min(count, found.matches.count)
        return "\(found.first.model) \(found.first.layer): \(drawn) of \(found.matches.count) mutual nearest patches"
    }

    /// The largest number of pairs in the table.
    private static let rowCount = 12

    private var table: Table {
        let left = found.matches.count - min(found.matches.count, Self.rowCount)
        return Table(
            headings: ["patch of \(names[0])", "patch of \(names[1])", "cosine"],
            rows: found.matches.prefix(Self.rowCount).map {
                [$0.first.words, $0.second.words, brief(Double($0.cosine))]
            }, codeColumns: [],
            footnote: "\(heading)." + (left > 0 ? " \(left) more pairs are in `.first`, `.second` and `.cosines`." : "")
        )
    }
}
