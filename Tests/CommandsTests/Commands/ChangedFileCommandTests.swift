import Commands
import Foundation
import Jupyter
import Platform
import TestKernel
import Testing
import VitrineEngine

/// `load` of what has changed on the disk, and files that are none.
@Suite(.timeLimit(.minutes(10))) final class ChangedFileCommandTests: Sendable {
    private let notebook = Notebook()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, new) in [("model.safetensors", "model.safetensors"), ("config.json", "config.json")] {
            try FileManager.default.copyItem(
                at: repository.appendingPathComponent("Tests/Fixtures/families/hf_vit/\(name)"),
                to: folder.appendingPathComponent(new))
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func load(_ name: String = "m") -> String { "let \(name) = load(\"\(folder.path)\")" }

    private func isSame(_ a: String, _ b: String) -> String? { notebook.run("\(a) == \(b)").result }

    @Test func aFolderThatStaysIsWarm() {
        #expect(notebook.run(load("a")).failure == nil && notebook.run(load("b")).failure == nil)
        #expect(isSame("a", "b") == "true")
        #expect(notebook.run("loaded().count").result == "1")
    }

    /// As the card advises it.
    @Test func aCorrectedConfigurationIsLoaded() throws {
        #expect(notebook.run(load("a")).failure == nil)
        let text = try String(contentsOfFile: path("config.json"), encoding: .utf8)
        let heads = try #require(try JSON(parsing: text)["num_attention_heads"]?.integer)
        let corrected = text.replacing("\"num_attention_heads\": \(heads)", with: "\"num_attention_heads\": 1")
        #expect(corrected != text)
        try Data(corrected.utf8).write(to: folder.appendingPathComponent("config.json"))
        #expect(notebook.run(load("b")).failure == nil)
        #expect(isSame("a", "b") == "false")
        #expect(notebook.run("b[\"blocks.0.attn.pattern\"].shape").result?.contains("1 head ") == true)
        #expect(notebook.run("loaded().count").result == "1", "the older one is let go")
    }

    @Test func weightsThatAreSavedInPlaceAreLoaded() throws {
        #expect(notebook.run(load("a")).failure == nil)
        let place = path("model.safetensors")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: place)))
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: place))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: bytes.dropLast(4) + [0, 0, 0, 0x3F])
        try file.close()
        #expect(notebook.run(load("b")).failure == nil)
        #expect(isSame("a", "b") == "false")
    }

    @Test func aConfigurationThatAppearsIsLoaded() throws {
        #expect(notebook.run(load("a")).failure == nil)
        try Data(#"{"image_mean": [0.1, 0.2, 0.3], "image_std": [1, 1, 1]}"#.utf8).write(
            to: folder.appendingPathComponent("preprocessor_config.json"))
        #expect(notebook.run(load("b")).failure == nil)
        #expect(isSame("a", "b") == "false")
        try Data("notes".utf8).write(to: folder.appendingPathComponent("notes.txt"))
        #expect(notebook.run(load("c")).failure == nil)
        #expect(isSame("b", "c") == "true", "what no model is made of changes none")
    }

    /// A warm model whose mapped file is written says so, and loading it again helps.
    @Test(.timeLimit(.minutes(1))) func aModelWhoseFileWasWrittenSaysSo() throws {
        let place = path("model.safetensors")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: place)))
        var times = [timespec(), timespec()]
        clock_gettime(CLOCK_REALTIME, &times[0])
        times[0].tv_sec -= 7200
        times[1] = times[0]
        utimensat(AT_FDCWD, place, times, 0)
        let cell = "render(m.blocks[0].mlp.neuron(1), steps: 2).activation"
        #expect(notebook.run(load()).failure == nil && notebook.run(cell).failure == nil)
        truncate(place, 0)
        let failure = notebook.run(cell).failure
        #expect(failure?.message.hasPrefix("“\(place)” has changed since the model was loaded from it") == true)
        try Data(bytes).write(to: URL(fileURLWithPath: place))
        #expect(notebook.run(load()).failure == nil && notebook.run(cell).failure == nil)
    }

    @Test(.timeLimit(.minutes(1))) func whatIsNoFileIsRefusedAtOnce() throws {
        let pipe = path("pipe")
        mkfifo(pipe, 0o600)
        for cell in [
            "load(\"\(pipe)\")", "load(\"vit\", classes: \"\(pipe)\")", "tensor(\"\(pipe)\")", "rerun(\"\(pipe)\")",
        ] {
            #expect(
                notebook.run(cell).failure?.message == "“\(pipe)” could not be opened: it is a pipe, not a file.",
                "\(cell)")
        }
        #expect(
            notebook.run("image(\"\(pipe)\")").failure?.message
                == "“\(pipe)” could not be opened: it is a pipe, not a file.")
        #expect(
            notebook.run("rerun(\"/dev/zero\")").failure?.message
                == "“/dev/zero” could not be opened: it is a device, not a file.")
        // Among photographs.
        let photos = folder.appendingPathComponent("photos")
        try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: true)
        mkfifo(photos.appendingPathComponent("pipe.png").path, 0o600)
        try Image(width: 8, height: 8, pixels: [UInt8](repeating: 9, count: 192)).write(
            to: photos.appendingPathComponent("a.png").path)
        notebook.run("let vit = load(\"vit\")")
        let top = notebook.run("topImages(in: \"\(photos.path)\", for: vit.logit(0)).files")
        #expect(top.result == "[\"a.png\"]")
    }

    @Test(.timeLimit(.minutes(1))) func aNotebookThatIsAPipe() throws {
        let pipe = path("a.ipynb")
        mkfifo(pipe, 0o600)
        let error = #expect(throws: NotebookError.self) { try NotebookFile(pipe).read() }
        #expect(error == .unreadable(path: pipe, reason: "it is a pipe, not a file"))
        #expect(throws: NotebookError.unreadable(path: "/dev/zero", reason: "it is a device, not a file")) {
            try NotebookFile("/dev/zero").read()
        }
    }
}
