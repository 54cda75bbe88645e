import Foundation
import TestConditions
import Testing
import VitrineEngine

/// The program of `docs/library.md`: what a package of somebody's own makes of the Engine.
@Suite(.timeLimit(.minutes(10))) struct LibraryExampleTests {
    private static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test(arguments: ["Package.swift", "Sources/neurons/main.swift"])
    func thePageShowsTheFilesThatAreCompiled(name: String) throws {
        let page = try String(contentsOf: Self.repository.appendingPathComponent("docs/library.md"), encoding: .utf8)
        let file = Self.repository.appendingPathComponent("Examples/Neurons/\(name)")
        let shown = "```swift\n\(try String(contentsOf: file, encoding: .utf8))```\n"
        #expect(page.contains(shown), "docs/library.md does not show Examples/Neurons/\(name) word for word")
    }

    @Test func everyPublicTypeIsNamedOnThePage() throws {
        let page = try String(contentsOf: Self.repository.appendingPathComponent("docs/library.md"), encoding: .utf8)
        let named = Set(page.matches(of: /``(\w+)``/).map { String($0.1) })
        let sources = Self.repository.appendingPathComponent("Sources/Engine")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var types: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            let declaration = /(?m)^public (?:final |indirect )*(?:struct|class|enum|protocol|typealias) (\w+)/
            types.formUnion(text.matches(of: declaration).map { String($0.1) })
        }
        #expect(types.contains("Model") && types.count > 50)
        #expect(types.subtracting(named) == [], "public, but not in docs/library.md")
        #expect(named.subtracting(types) == [], "in docs/library.md, but no public type")
    }

    /// The executable lies beside the tests, since it is built with them.
    @Test(.needs(.trainedModel)) func theProgramMakesItsSheet() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vitrine-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("sheet.png").path

        let (status, lines) = try run("vit", "4", file)
        #expect(status == 0)
        let model = try Model.load("vit")
        #expect(lines.first == "vit: vision transformer, \(model.parameterCount) parameters")
        #expect(lines.count { $0.contains("which the model takes for") } == 4)
        #expect(lines.last == "The sheet is in \(file).")

        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        let recipe = try Recipe(json: try #require(PNG.texts(in: bytes)[PNG.recipeKeyword]))
        #expect(recipe.objectives.count == 4)
        #expect(recipe.totalSteps == 4)
        #expect(try PNG.decode(bytes).width > 2 * model.imageSize.width)
    }

    @Test func theProgramSaysWhatIsWrongInWords() throws {
        let (status, lines) = try run("/nowhere/model.safetensors")
        #expect(status == 1)
        #expect(lines.joined().contains("/nowhere/model.safetensors"))
        #expect(!lines.joined().contains("EngineError"))
    }

    private func run(_ arguments: String...) throws -> (status: Int32, lines: [String]) {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        let process = Process()
        process.executableURL = tests.deletingLastPathComponent().appendingPathComponent("neurons")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text.split(separator: "\n").map(String.init))
    }
}
