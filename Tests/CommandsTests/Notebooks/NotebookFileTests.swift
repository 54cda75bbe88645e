import Commands
import Foundation
import Jupyter
import Platform
import TestKernel
import Testing

@Suite(.timeLimit(.minutes(10))) struct NotebookFileTests {
    private let folder: URL

    init() throws { folder = try Executable.makeFolder() }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    private func rights(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path(name))[.posixPermissions] as? Int
    }

    @Test func aNotebookIsWrittenWholeAndReadAgain() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = NotebookFile(path("a.ipynb"))
        try file.checkWritable()
        #expect(try names() == [])
        let notebook = try notebook(code("1"))
        try file.write(notebook)
        #expect(try names() == ["a.ipynb"])
        #expect(try file.read() == notebook)
        // Rights and links stay.
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
        try FileManager.default.createSymbolicLink(atPath: path("link.ipynb"), withDestinationPath: "a.ipynb")
        let link = NotebookFile(path("link.ipynb"))
        #expect(link.isSame(as: file) && !file.executed.isSame(as: file))
        try link.write(try CommandsTests.notebook(code("2")))
        #expect(try file.read().cells[0].source == "2")
        #expect(try rights("a.ipynb") == 0o640)
        #expect(try names() == ["a.ipynb", "link.ipynb"])
    }

    @Test func theExecutedNotebookStandsBesideIt() {
        #expect(NotebookFile("a/b.ipynb").executed.path == "a/b.executed.ipynb")
        #expect(NotebookFile("b").executed.path == "b.executed.ipynb")
    }

    @Test func whatCannotBeReadIsSaid() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        func message(_ name: String) -> String? {
            do {
                _ = try NotebookFile(path(name)).read()
                return nil
            } catch {
                return error.description.replacingOccurrences(of: folder.path + "/", with: "")
            }
        }
        #expect(message("none.ipynb") == "“none.ipynb” cannot be read: no such file or directory.")
        #expect(message("")?.hasSuffix("cannot be read: it is a folder.") == true)
        let python = try notebook(metadata: ["kernelspec": ["name": "python3", "language": "python"]])
        try NotebookFile(path("p.ipynb")).write(python)
        #expect(message("p.ipynb")?.hasPrefix("“p.ipynb” is a notebook in python, but only notebooks in Swift") == true)
        for metadata: JSON in [
            [:], ["kernelspec": ["language": "swift"]], ["language_info": ["name": "Swift"]],
        ] {
            try NotebookFile(path("s.ipynb")).write(try notebook(metadata: metadata))
            #expect(message("s.ipynb") == nil)
        }
    }

    @Test func whatCannotBeWrittenIsSaidBeforehand() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        func message(_ path: String) -> String? {
            do {
                try NotebookFile(path).checkWritable()
                return nil
            } catch {
                return error.description
            }
        }
        #expect(message(folder.path) == "“\(folder.path)” cannot be written: it is not a file.")
        #expect(message("/nowhere/a.ipynb") == "“/nowhere/a.ipynb” cannot be written: no such file or directory.")
        #expect(message("/proc/a.ipynb")?.hasPrefix("“/proc/a.ipynb” cannot be written: ") == true)
    }
}
