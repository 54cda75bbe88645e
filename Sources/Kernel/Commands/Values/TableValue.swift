import Cells
import Jupyter

/// A table as a cell's value.
final class TableValue: CellObject, Displayable {
    private let table: Table

    init(_ table: Table) { self.table = table }

    var kind: ValueKind { .table }
    var plainText: String { table.plain }
    var bundle: MIMEBundle { table.bundle }
    var elements: [Value]? { table.rows.map { .array($0.map { .string($0) }) } }
    var members: [MemberDeclaration] { [.property("count", .integer, "how many rows there are")] }

    func member(_ name: String) throws -> Value? { name == "count" ? .integer(table.rows.count) : nil }
}
