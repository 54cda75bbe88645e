import Checkpoints
import Compute
import Platform
import TestSupport
import Testing

/// PyTorch files whose tensors claim what their storages do not hold.
@Suite(.timeLimit(.minutes(10))) struct ForgedTorchTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func theForgeryIsSoundWithoutAForgedClaim() throws {
        let path = try archive(Self.tensor())
        let file = try TorchCheckpoint(path: path)
        #expect(file.names == ["a"])
        #expect(try file.parameter("a").tensor == Tensor(repeating: 0, shape: [2, 3]))
        #expect(file.tensorBytes == 24)
    }

    @Test(arguments: [
        (tensor(count: 7), "a storage of 28 bytes", "one of 24"),
        (tensor(count: 1 << 60), "a storage of 4611686018427387904 bytes", "one of 24"),
        (tensor(count: 1 << 62), "a storage of 4611686018427387904 elements", "one of 24"),
        (tensor(offset: 1), "its last element within the 6 of its storage", "it at index 6"),
        (tensor(offset: -1), "its first element within the 6 of its storage", "it at index -1"),
        (tensor(offset: .max), "its first element within the 6 of its storage", "it at index 9223372036854775807"),
        (tensor(shape: [2, 4]), "its last element within the 6 of its storage", "it at index 6"),
        (tensor(shape: [3, 3]), "its last element within the 6 of its storage", "it at index 8"),
        (tensor(strides: [4, 1]), "its last element within the 6 of its storage", "it at index 6"),
        (tensor(strides: [-3, 1]), "2 strides of 0 or more", "(-3, 1)"),
        (tensor(strides: [3]), "2 strides of 0 or more", "(3)"),
        (tensor(shape: [-2, 3]), "a valid shape", "-2 × 3"),
        (tensor(shape: [1 << 62, 4]), "a valid shape", "4611686018427387904 × 4"),
        (
            tensor(shape: [0, 1 << 62, 4], strides: [1, 1, 1]), "a valid shape",
            "0 × 4611686018427387904 × 4"
        ),
        (
            tensor(shape: [2, 3], strides: [.max, .max]), "its last element within the 6 of its storage",
            "it at an index that overflows"
        ),
        (
            tensor(shape: [1 << 40, 1], strides: [0, 1]), "no more elements than its storage's 6",
            "1099511627776 that repeat them"
        ),
        (tensor(key: "9"), "a storage “9” in the archive", "none"),
        (tensor(key: "../data.pkl"), "a storage “../data.pkl” in the archive", "none"),
    ])
    func claimsAreCheckedAgainstTheStorage(_ tensor: String, _ expected: String, _ found: String) throws {
        let path = try archive(tensor)
        #expect(throws: EngineError.damagedTensor(path: path, name: "a", expected: expected, found: found)) {
            try TorchCheckpoint(path: path)
        }
        #expect(
            message { _ = try TorchCheckpoint(path: path) }
                == "The tensor “a” of “\(path)” is damaged: it should have \(expected) but has \(found). "
                + "Copy or download the file again.")
    }

    @Test(arguments: [
        ("ctorch._utils\n_rebuild_tensor_v2\n)R", "is described in an unknown way"),
        ("ctorch._utils\n_rebuild_tensor_v2\nNR", "is described in an unknown way"),
        ("ctorch._utils\n_rebuild_parameter\n)R", "is a parameter without a tensor"),
        (tensor(type: "QInt8Storage"), "has a storage that is described in an unknown way"),
        (tensor(count: -1), "has a storage that is described in an unknown way"),
        (
            "ctorch._utils\n_rebuild_tensor_v2\n(NI0\n(I1\nt(I1\nttR", "has no storage"
        ),
        (
            "ctorch._utils\n_rebuild_new\n)R",
            "is not a plain tensor (`torch._utils._rebuild_new`); only plain tensors can be read"
        ),
    ])
    func descriptionsThatMakeNoSenseAreRefused(_ tensor: String, _ reason: String) throws {
        let path = try archive(tensor)
        #expect(throws: EngineError.notACheckpoint(path: path, reason: "its tensor “a” \(reason)")) {
            try TorchCheckpoint(path: path)
        }
    }

    @Test func aParameterAroundItselfIsRefused() throws {
        // p = _rebuild_parameter(q) with q the list that the arguments are: an object that wraps itself.
        let path = try archive("ctorch._utils\n_rebuild_parameter\n(lp9\nRp8\n0g9\ng8\na0g8\n")
        #expect(throws: EngineError.notACheckpoint(path: path, reason: "its tensor “a” is wrapped too many times")) {
            try TorchCheckpoint(path: path)
        }
    }

    @Test func dictionariesWithoutEndAreRefused() throws {
        let reason = "its dictionaries are nested too deeply or have too many entries"
        let cycle = try write("(dp1\nS'a'\n\(Self.tensor())sS'b'\ng1\ns.")
        #expect(throws: EngineError.notACheckpoint(path: cycle, reason: reason)) { try TorchCheckpoint(path: cycle) }
        let wrapped = try write("(dp1\nS'model'\ng1\ns.")
        #expect(throws: EngineError.self) { try TorchCheckpoint(path: wrapped) }
        // Every dictionary holds the one before it ten times: ten billion tensors in a kilobyte.
        var laughs = "(dS'a'\n\(Self.tensor())sp0\n0"
        for level in 1...10 {
            laughs += "(d" + (0..<10).map { "S'\($0)'\ng\(level - 1)\ns" }.joined() + "p\(level)\n0"
        }
        let many = try write(laughs + "g10\n.")
        #expect(throws: EngineError.notACheckpoint(path: many, reason: reason)) { try TorchCheckpoint(path: many) }
    }

    @Test func tensorsOfOneNameAreRefused() throws {
        let path = try write("(dS'a'\n\(Self.tensor())sS'a'\n\(Self.tensor())s.")
        #expect(throws: EngineError.notACheckpoint(path: path, reason: "it has two tensors named “a”")) {
            try TorchCheckpoint(path: path)
        }
    }

    @Test func anUnknownByteOrderIsRefused() throws {
        let zip = ForgedZip(parts: [
            .init(name: "x/data.pkl", data: Array("(dS'a'\n\(Self.tensor())s.".utf8)),
            .init(name: "x/byteorder", data: Array("middle".utf8)),
        ])
        let path = try folder.write(zip.bytes, to: "x.pth")
        #expect(throws: EngineError.notACheckpoint(path: path, reason: "its byte order is “middle”")) {
            try TorchCheckpoint(path: path)
        }
    }

    private func archive(_ tensor: String) throws -> String { try write("(dS'a'\n\(tensor)s.") }

    private func write(_ pickle: String) throws -> String {
        let zip = ForgedZip(parts: [
            .init(name: "x/data.pkl", data: Array(pickle.utf8)),
            .init(name: "x/data/0", data: [UInt8](repeating: 0, count: 24)),
        ])
        return try folder.write(zip.bytes, to: "x.pth")
    }

    /// A tensor of 2 × 3 in a storage of 6, in the words of protocol 0.
    private static func tensor(
        type: String = "FloatStorage", key: String = "0", count: Int = 6, offset: Int = 0, shape: [Int] = [2, 3],
        strides: [Int] = [3, 1]
    ) -> String {
        func tuple(_ numbers: [Int]) -> String { "(" + numbers.map { "I\($0)\n" }.joined() + "t" }
        return "ctorch._utils\n_rebuild_tensor_v2\n("
            + "(S'storage'\nctorch\n\(type)\nS'\(key)'\nS'cpu'\nI\(count)\ntQ"
            + "I\(offset)\n\(tuple(shape))\(tuple(strides))I00\nccollections\nOrderedDict\n(tRtR"
    }
}
