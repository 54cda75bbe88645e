import Commands
import Foundation
import TestKernel
import Testing

@Suite(.timeLimit(.minutes(10))) struct CellsDocumentTests {
    @Test func thePageInDocsIsUpToDate() throws {
        let page = try String(contentsOf: repository.appendingPathComponent("docs/cells.md"), encoding: .utf8)
        #expect(page == CellsDocument.markdown, "run `make docs`")
    }
}
