import Checkpoints
import Compute
import Foundation
import Platform
import TestSupport
import Testing

/// Files as `torch.save` writes them: today, before 1.6, in each protocol, and around other things than weights.
@Suite(.timeLimit(.minutes(10))) struct TorchCheckpointTests {
    @Test(arguments: [
        "kinds", "kinds-legacy", "kinds-protocol-3", "kinds-protocol-4", "kinds-protocol-5", "kinds-deflated",
        "kinds-without-checksums",
    ])
    func everyKindOfTensorIsRead(_ name: String) throws {
        let file = try open(name)
        #expect(
            file.names == [
                "float32", "float16", "bfloat16", "float64", "transposed", "permuted", "permuted_half", "parameter",
                "attributed", "first_rows", "whole", "empty", "scalar", "last_rows", "every_second", "repeated",
                "num_batches_tracked",
            ])
        #expect(file.metadata.isEmpty)
        for name in file.names.prefix(12) {
            let shape = try #require(file.shape(name))
            #expect(try file.parameter(name).tensor == CheckpointFixture.values(shape), "\(name)")
        }
        let whole = try file.parameter("whole").tensor
        #expect(whole.shape == [6, 5])
        #expect(try file.parameter("scalar").tensor == Tensor([-31.25], shape: []))
        #expect(try file.parameter("last_rows").tensor == Tensor(Array(whole.values[20...]), shape: [2, 5]))
        #expect(
            try file.parameter("every_second").tensor
                == Tensor([1, 3, 11, 13, 21, 23].map { whole.values[$0] }, shape: [3, 2]))
        #expect(try file.parameter("repeated").tensor == Tensor(repeating: 1.5, shape: [2, 3]))
        #expect(file.shape("num_batches_tracked") == [])
        #expect(
            message { _ = try file.parameter("num_batches_tracked") }.contains(
                "its tensor “num_batches_tracked” holds int64, not floating-point numbers"))
        #expect(file.shape("other") == nil)
        #expect(throws: EngineError.missingTensors(path: file.path, names: ["other"], count: 1)) {
            try file.parameter("other")
        }
    }

    @Test func float32IsUsedWhereItLies() throws {
        let path = CheckpointFixture.path("torch/kinds.pth")
        let mapped = try MappedFile(path)
        let file = try TorchCheckpoint(ZipArchive(mapped))
        let range = try #require(mapped.bytes.baseAddress.map { $0..<$0 + mapped.bytes.count })
        for name in ["float32", "parameter", "attributed", "first_rows", "whole", "last_rows", "scalar"] {
            #expect(range.contains(UnsafeRawPointer(try file.parameter(name).values)), "\(name)")
        }
        for name in ["float16", "transposed", "repeated"] {
            #expect(!range.contains(UnsafeRawPointer(try file.parameter(name).values)), "\(name)")
        }
        // Two views of one storage share its memory.
        #expect(try file.parameter("first_rows").values == file.parameter("whole").values)
    }

    @Test func anotherByteOrderIsTurned() throws {
        let file = try open("big-endian")
        #expect(try file.parameter("a").tensor == CheckpointFixture.values([3, 5]))
        #expect(try file.parameter("b").tensor == CheckpointFixture.values([2, 3]))
    }

    @Test func typesWithoutAStorageClassAreKnown() throws {
        let file = try open("untyped")
        #expect(file.shape("a") == [4])
        #expect(try file.parameter("b").tensor == CheckpointFixture.values([3]))
        #expect(message { _ = try file.parameter("a") }.contains("its tensor “a” holds uint16"))
    }

    private static let net = ["positions", "steps", "proj.weight", "proj.bias", "blocks.0.weight"]

    @Test(arguments: [
        ("deit", "model."), ("deit-legacy", "model."), ("only-average", "model_ema."), ("nested", "state_dict.model."),
        ("in-tuple", "1."), ("in-tuple-legacy", "1."), ("in-list", "0.model."),
    ])
    func whatWrapsTheWeightsIsLookedThrough(_ name: String, _ wrapper: String) throws {
        let file = try open(name)
        #expect(file.names == Self.net)
        #expect(try file.parameter("proj.weight").tensor == CheckpointFixture.values([3, 5]))
        #expect(file.originalName(of: "proj.weight") == wrapper + "proj.weight")
    }

    @Test func theTeacherIsTaken() throws {
        let file = try open("dino")
        #expect(file.names == Self.net.map { "backbone." + $0 } + ["head.mlp.0.weight", "head.last_layer.weight"])
        #expect(try file.parameter("backbone.proj.weight").tensor == CheckpointFixture.values([3, 5]))
    }

    @Test func compiledModelsGiveTheirWeights() throws {
        let file = try open("script", ending: "pt")
        #expect(Set(file.names) == Set(Self.net))
        #expect(try file.parameter("proj.weight").tensor == CheckpointFixture.values([3, 5]))
        #expect(try file.parameter("blocks.0.weight").tensor == CheckpointFixture.values([2, 4]))
    }

    @Test(arguments: [
        ("whole", "__main__.Net"), ("whole-inside", "__main__.Net"), ("whole-legacy", "__main__.Sourceless"),
    ])
    func wholeModelsAreNotOpened(_ name: String, _ type: String) throws {
        let path = CheckpointFixture.path("torch/\(name).pth")
        #expect(throws: EngineError.wholeModel(path: path, type: type)) { try TorchCheckpoint(path: path) }
        #expect(
            message { _ = try TorchCheckpoint(path: path) }
                == "“\(path)” holds a whole model object (`\(type)`), not just its weights; opening it would mean "
                + "running its code. Export the weights in Python: `torch.save(model.state_dict(), path)`.")
    }

    @Test(arguments: [("system", "os.system"), ("eval-legacy", "builtins.eval")])
    func whatWouldRunIsNamed(_ name: String, _ function: String) throws {
        let path = CheckpointFixture.path("torch/\(name).pth")
        #expect(throws: EngineError.dangerousPickle(path: path, function: function)) { try TorchCheckpoint(path: path) }
        #expect(
            message { _ = try TorchCheckpoint(path: path) }
                == "“\(path)” was not loaded: opening it in Python would run `\(function)`, which no weights need. "
                + "Nothing in it was run here. Do not open it with `torch.load`, and find out where it comes from.")
    }

    @Test(arguments: [
        ("sparse", "its tensor “a” is sparse (`torch._utils._rebuild_sparse_tensor`); only plain tensors can be read"),
        ("quantized", "its tensor “a” is quantized (`torch._utils._rebuild_qtensor`); only plain tensors can be read"),
        (
            "negated",
            "its tensor “a” is a view that changes its numbers (`neg`); "
                + "`tensor.resolve_neg().resolve_conj()` makes a plain one"
        ),
    ])
    func otherContentsAreNamed(_ name: String, _ reason: String) throws {
        let path = CheckpointFixture.path("torch/\(name).pth")
        #expect(throws: EngineError.notACheckpoint(path: path, reason: reason)) { try TorchCheckpoint(path: path) }
    }

    @Test(arguments: [
        ("tensor", "it holds one tensor without a name"),
        ("list", "it holds no dictionary of tensors"),
        ("nothing", "it holds no tensors: only “epoch”, “args” (a `argparse.Namespace`)"),
        ("object", "it holds a `argparse.Namespace` where the weights should be, which was not run"),
    ])
    func aFileWithoutWeightsSaysHowToSaveThem(_ name: String, _ reason: String) throws {
        let path = CheckpointFixture.path("torch/\(name).pth")
        let error = EngineError.noTensors(path: path, reason: reason)
        #expect(throws: error) { try TorchCheckpoint(path: path) }
        #expect(error.message.hasSuffix("Save the weights alone in Python: `torch.save(model.state_dict(), path)`."))
    }

    @Test func theOlderFormatSaysHowMuchIsMissing() throws {
        let folder = try TemporaryFolder()
        let whole = try CheckpointFixture.bytes("torch/kinds-legacy.pth")
        for count in [whole.count - 1, whole.count - 40, whole.count - 400] {
            let path = try folder.write(whole.prefix(count), to: "cut.pth")
            #expect(
                throws: EngineError.fileTruncated(path: path, expectedBytes: whole.count, foundBytes: count)
            ) { try TorchCheckpoint(path: path) }
        }
        for count in stride(from: 0, to: whole.count, by: 13) {
            let path = try folder.write(whole.prefix(count), to: "cut.pth")
            #expect(throws: EngineError.self) { try TorchCheckpoint(path: path) }
        }
        let path = try folder.write(whole.prefix(400), to: "cut.pth")
        #expect(
            throws: EngineError.notACheckpoint(path: path, reason: "its pickle ends too early")
        ) { try TorchCheckpoint(path: path) }
    }

    private func open(_ name: String, ending: String = "pth") throws -> TorchCheckpoint {
        try TorchCheckpoint(path: CheckpointFixture.path("torch/\(name).\(ending)"))
    }
}
