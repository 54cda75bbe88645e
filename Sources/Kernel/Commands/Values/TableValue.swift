import Cells
import Jupyter

/// A table as a cell's value.
final class TableValue: CellObject, Displayable {
    let typeWords: String
    private let table: Table

    init(_ typeWords: String, _ table: Table) {
        self.typeWords = typeWords
        self.table = table
    }

    var plainText: String { table.plain }
    var bundle: MIMEBundle { table.bundle }
    var elements: [Value]? { table.rows.map { .array($0.map { .string($0) }) } }
    var members: [MemberDeclaration] { [.property("count", "a whole number", "how many rows there are")] }

    func member(_ name: String) throws -> Value? { name == "count" ? .integer(table.rows.count) : nil }
}
