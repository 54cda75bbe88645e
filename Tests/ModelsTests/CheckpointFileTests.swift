import Checkpoints
import Foundation
import Images
import Models
import Platform
import TestSupport
import Testing

/// The one entrance: every format by its bytes, and what people give in place of weights.
@Suite(.timeLimit(.minutes(10))) struct CheckpointFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func theBytesTellTheFormatAndNotTheName() throws {
        let files = [
            ("torch/kinds.pth", "float32", "x.npz"), ("torch/kinds-legacy.pth", "float32", "x.safetensors"),
            ("torch/script.pt", "proj.weight", "weights"), ("npz/deflated.npz", "half", "x.pth"),
            ("sharded-safetensors/model-00001-of-00002.safetensors", "blocks.0.weight", "x.bin"),
        ]
        for (fixture, tensor, name) in files {
            let path = try folder.write(CheckpointFixture.bytes(fixture), to: name)
            let file = try CheckpointFile.open(path)
            #expect(try file.parameter(tensor).tensor == CheckpointFixture.values([3, 5]), "\(fixture)")
        }
    }

    @Test func wrappersOfBothKindsAreLookedThrough() throws {
        let dino = try CheckpointFile.open(CheckpointFixture.path("torch/dino.pth"))
        #expect(dino.names == ["positions", "steps", "proj.weight", "proj.bias", "blocks.0.weight"])
        #expect(dino.originalName(of: "positions") == "teacher.backbone.positions")
        #expect(try dino.parameter("proj.weight").tensor == CheckpointFixture.values([3, 5]))
    }

    @Test func foldersGiveTheirWeights() throws {
        let safetensors = try CheckpointFixture.bytes("sharded-safetensors/model-00001-of-00002.safetensors")
        let torch = try CheckpointFixture.bytes("torch/kinds.pth")
        _ = try folder.write(Array("{}".utf8), to: "config.json")
        #expect(throws: EngineError.noWeights(folder: folder.url.path, found: [])) {
            try CheckpointFile.open(folder.url.path)
        }
        _ = try folder.write(torch, to: "net.pth")
        #expect(try CheckpointFile.open(folder.url.path).path == folder.path("net.pth"))
        _ = try folder.write(torch, to: "other.pth")
        #expect(throws: EngineError.noWeights(folder: folder.url.path, found: ["net.pth", "other.pth"])) {
            try CheckpointFile.open(folder.url.path)
        }
        for (name, bytes) in [
            ("open_clip_pytorch_model.bin", torch), ("open_clip_model.safetensors", safetensors),
            ("pytorch_model.bin", torch), ("model.safetensors", safetensors),
        ] {
            _ = try folder.write(bytes, to: name)
            #expect(try CheckpointFile.open(folder.url.path).path == folder.path(name))
        }
    }

    @Test(
        arguments: [
            (Array("GGUF".utf8) + [3, 0, 0, 0], "x.gguf", UnsupportedFormat.gguf),
            ([0x08, 0x08, 0x12, 0x07] + Array("pytorch\u{1A}\u{5}2.1.0:".utf8), "x", .onnx),
            ([1, 2, 3], "x.onnx", .onnx),
            ([0x89] + Array("HDF\r\n\u{1A}\n".utf8), "x.h5", .hdf5),
            ([0x81, 0xA6] + Array("params".utf8), "flax_model.msgpack", .messagePack),
            ([1, 2, 3], "vit.ckpt", .tensorFlowCheckpoint),
            ([1, 2, 3], "vit.ckpt.data-00000-of-00001", .tensorFlowCheckpoint),
            (
                [UInt8](repeating: 0, count: 40) + [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB], "x.index",
                .tensorFlowCheckpoint
            ),
            ([8, 1], "saved_model.pb", .tensorFlowGraph),
            ([0x1C, 0, 0, 0] + Array("TFL3".utf8), "x", .tensorFlowLite),
            ([0x1F, 0x8B, 8], "x.npz", .gzip),
            ([0xFD] + Array("7zXZ\0".utf8), "x", .xz),
            (Array("BZh9".utf8), "x", .bzip2),
            ([0x28, 0xB5, 0x2F, 0xFD], "x", .zstandard),
            (Array("7z".utf8) + [0xBC, 0xAF, 0x27, 0x1C], "x", .sevenZip),
            (Array("\n<!DOCTYPE html><html>".utf8), "vit_b_16.pth", .webPage),
            (Array("<html><head>".utf8), "x.safetensors", .webPage),
            (
                Array("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n".utf8),
                "model.safetensors",
                .gitLFSPointer
            ),
            (Array("Some words about the model.\n".utf8), "README.md", .text),
            ([0x89] + Array("PNG\r\n\u{1A}\n".utf8), "x.png", .picture),
            ([], "x.safetensors", .empty),
        ] as [([UInt8], String, UnsupportedFormat)])
    func otherFormatsAreNamed(_ bytes: [UInt8], _ name: String, _ format: UnsupportedFormat) throws {
        let path = try folder.write(bytes, to: name)
        #expect(throws: EngineError.unsupportedFormat(path: path, format: format)) { try CheckpointFile.open(path) }
        #expect(message { _ = try CheckpointFile.open(path) }.hasPrefix("“\(path)” is "))
    }

    @Test(arguments: [
        ("numpy/little-f4.npy", UnsupportedFormat.numPyArray), ("torch/plain.pkl", .pickle),
        ("torch/before-2018.pth", .torchBefore2018),
    ])
    func otherFilesOfPythonAreNamed(_ name: String, _ format: UnsupportedFormat) throws {
        let path = CheckpointFixture.path(name)
        #expect(throws: EngineError.unsupportedFormat(path: path, format: format)) { try CheckpointFile.open(path) }
    }

    @Test func theLikeliestMistakesAreToldHowToGoOn() throws {
        let onnx = try folder.write([1], to: "x.onnx")
        #expect(
            message { _ = try CheckpointFile.open(onnx) }
                == "“\(onnx)” is an ONNX file, a graph whose weights are not read. Export them in Python from the model "
                + "that it was made of: `safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")`.")
        let gguf = try folder.write("GGUF".utf8, to: "x.gguf")
        #expect(
            message { _ = try CheckpointFile.open(gguf) }
                == "“\(gguf)” is a GGUF file, whose weights are for language models on small machines. Export them in "
                + "Python from the model that it was made of: "
                + "`safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")`.")
        let pointer = try folder.write("version https://git-lfs.github.com/spec/v1\n".utf8, to: "model.safetensors")
        #expect(
            message { _ = try CheckpointFile.open(pointer) }
                == "“\(pointer)” is a Git LFS pointer, not the weights themselves. "
                + "Run `git lfs pull` in its folder.")
        let page = try folder.write("<html>".utf8, to: "x.pth")
        #expect(
            message { _ = try CheckpointFile.open(page) }
                == "“\(page)” is a web page, not weights: the address that it was saved from is that of a page. "
                + "Download it again with the link to the file itself.")
        let array = CheckpointFixture.path("numpy/little-f4.npy")
        #expect(
            message { _ = try CheckpointFile.open(array) }
                == "“\(array)” is a single unnamed NumPy array, not a model. Read it as an input with "
                + "`tensor(path)`.")
        let empty = folder.path("empty")
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
        #expect(
            message { _ = try CheckpointFile.open(empty) }
                == "The folder “\(empty)” holds no weights. Looked for: model.safetensors, pytorch_model.bin, their "
                + "indices, open_clip_model.safetensors, open_clip_pytorch_model.bin, or one file of weights of any name."
        )
    }

    /// Needs Linux 5.14, whose call reads a whole file at once.
    @Test func theReadingIsToldAndCanBeStopped() throws {
        let file = try folder.write(CheckpointFixture.bytes("torch/deit.pth"), to: "deit.pth")
        var told: [ReadingProgress] = []
        _ = try CheckpointFile.open(file) { told.append($0) }
        let size = try CheckpointFixture.bytes("torch/deit.pth").count
        // What was written a moment ago is copied first, which is told too.
        #expect(told.last?.doneBytes == size && told.allSatisfy { $0.totalBytes == size })
        #expect(told.first?.fileName == "deit.pth")
        #expect(throws: EngineError.cancelled) {
            try CheckpointFile.open(file) { (_) throws(EngineError) in throw .cancelled }
        }
        let cancellation = Cancellation()
        cancellation.request()
        #expect(throws: EngineError.cancelled) {
            try Model.load(Reference.path("tiny_vit"), cancellation: cancellation)
        }
    }

    @Test func everyOtherFormatHasWords() {
        for format in UnsupportedFormat.allCases {
            let words = EngineError.unsupportedFormat(path: "x", format: format).message
            #expect(words.hasPrefix("“x” is ") && words.hasSuffix("."))
        }
    }

    @Test func anythingElseIsNoCheckpoint() throws {
        let path = try folder.write([9, 9, 9, 9, 9, 9, 9, 9, 9, 9], to: "x.pth")
        #expect(throws: EngineError.unsupportedFormat(path: path, format: .unknown)) { try CheckpointFile.open(path) }
        let short = try folder.write([9, 9], to: "y.pth")
        #expect(throws: EngineError.unsupportedFormat(path: short, format: .unknown)) { try CheckpointFile.open(short) }
        let json = try folder.write(#"{"data":{"a":1}}"#.utf8, to: "z.json")
        #expect(message { _ = try CheckpointFile.open(json) }.contains("it is JSON without a “weight_map”"))
        #expect(throws: EngineError.fileMissing(path: "/nowhere/x")) { try CheckpointFile.open("/nowhere/x") }
    }
}
