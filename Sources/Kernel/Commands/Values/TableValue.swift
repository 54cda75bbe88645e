import Cells
import Jupyter

/// A table as a cell's value.
final class TableValue: TabledObject, Displayable {
    private let table: Table

    init(_ table: Table) { self.table = table }

    var kind: ValueKind { .table }
    var plainText: String { table.plain }
    var bundle: MIMEBundle { table.bundle }
    var elements: [Value]? { table.rows.map { .array($0.map { .string($0) }) } }

    static let memberTable: MemberTable<TableValue> = [
        .property("count", .integer, "how many rows there are") { .integer($0.table.rows.count) }
    ]
}
