import Cells
import Foundation
import Testing

/// Literals, division, overflow and conversion beside Swift's own compiler; `Fixtures/numbers.py` asked it.
@Suite(.timeLimit(.minutes(10))) struct SwiftNumberTests {
    struct Table: Decodable {
        struct Row: Decodable {
            var cell: String
            /// What Swift prints; nil where it refuses, or stops.
            var value: String?
        }

        var variables: String
        var cells: [Row]
    }

    static let table: Table? = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/numbers.json")
        return try? JSONDecoder().decode(Table.self, from: Data(contentsOf: file))
    }()

    @Test func everyCellGivesWhatSwiftGivesOrBothRefuse() throws {
        let table = try #require(Self.table)
        #expect(table.cells.count > 500)
        for row in table.cells {
            let text = table.variables + "\n" + row.cell
            let found = try? value(text)
            let isText = found?.first == "\"" && row.value?.first != "\""
            let shown = isText ? found.map { String($0.dropFirst().dropLast()) } : found
            #expect(
                shown == row.value,
                "\(row.cell)\nSwift: \(row.value ?? "refused")\nhere: \(shown ?? message(text))")
        }
    }
}
