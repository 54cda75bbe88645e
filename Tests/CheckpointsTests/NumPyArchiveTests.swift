import Checkpoints
import Compute
import Foundation
import Platform
import TestSupport
import Testing

/// Archives of arrays as NumPy writes them, and as nobody should.
@Suite(.timeLimit(.minutes(10))) struct NumPyArchiveTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: ["stored", "deflated"])
    func everyArrayIsRead(_ kind: String) throws {
        let file = try NumPyArchive(path: CheckpointFixture.path("npz/\(kind).npz"))
        #expect(
            file.names == [
                "Transformer/encoderblock_0/LayerNorm_0/scale",
                "Transformer/encoderblock_0/MlpBlock_3/Dense_0/kernel", "half", "brain", "double", "big", "empty",
                "scalar", "opt/state/step",
            ])
        #expect(file.shape("half") == [3, 5])
        #expect(file.shape("label") == nil)
        #expect(file.metadata.isEmpty)
        #expect(file.tensorBytes == 8 * 4 + 1200 * 4 + 15 * (2 + 2 + 8 + 4) + 4 + 8)
        for name in file.names where !["scalar", "opt/state/step"].contains(name) {
            let shape = try #require(file.shape(name))
            #expect(try file.parameter(name).tensor == CheckpointFixture.values(shape), "\(name)")
        }
        #expect(try file.parameter("scalar").tensor == Tensor([2.25], shape: []))
        #expect(
            message { _ = try file.parameter("opt/state/step") }.contains(
                "its tensor “opt/state/step” holds int64, not floating-point numbers"))
        #expect(throws: EngineError.missingTensors(path: file.path, names: ["label"], count: 1)) {
            try file.parameter("label")
        }
    }

    @Test func archivesOfManyGigabytesAreLaidOutSo() throws {
        for comment in [[], Array("a comment".utf8)] {
            let zip = ForgedZip(
                parts: [part("a"), part("b/c"), .init(name: "notes.txt", data: [1])], isWide: true, comment: comment)
            let file = try NumPyArchive(path: folder.write(zip.bytes, to: "wide.npz"))
            #expect(file.names == ["a", "b/c"])
            #expect(try file.parameter("b/c").tensor == CheckpointFixture.values([3, 5]))
        }
    }

    @Test func damageIsNoticedWhenAnArrayIsRead() throws {
        let whole = try CheckpointFixture.bytes("npz/deflated.npz")
        var isNoticed = 0
        for place in stride(from: 0, to: whole.count, by: 7) {
            var bytes = whole
            bytes[place] ^= 0x10
            let path = try folder.write(bytes, to: "damaged.npz")
            if refusal(path) != nil { isNoticed += 1 }
        }
        #expect(isNoticed > whole.count / 7 / 2)
        let stored = part("a", checksum: 7)
        let path = try folder.write(ForgedZip(parts: [stored]).bytes, to: "sum.npz")
        #expect(refusal(path) == "its part “a.npy” is damaged: its checksum is not the one that was written with it")
    }

    @Test func everyCutIsNoticed() throws {
        let whole = try CheckpointFixture.bytes("npz/stored.npz")
        for count in stride(from: 0, to: whole.count, by: 11) {
            let path = try folder.write(whole.prefix(count), to: "cut.npz")
            #expect(throws: EngineError.self) { try NumPyArchive(path: path) }
        }
        let path = try folder.write(whole.prefix(whole.count / 2), to: "cut.npz")
        #expect(
            refusal(path)
                == "it is a zip archive whose end is missing, so it is cut short; copy or download it again")
    }

    @Test(arguments: [
        (
            ForgedZip(parts: [.init(name: "../x.npy", data: [1])]),
            "its part “../x.npy” has a name that leads outside the archive"
        ),
        (
            ForgedZip(parts: [.init(name: "/etc/x.npy", data: [1])]),
            "its part “/etc/x.npy” has a name that leads outside the archive"
        ),
        (
            ForgedZip(parts: [.init(name: "a\\x.npy", data: [1])]),
            "its part “a\\x.npy” has a name that leads outside the archive"
        ),
        (
            ForgedZip(parts: [.init(name: "C:x.npy", data: [1])]),
            "its part “C:x.npy” has a name that leads outside the archive"
        ),
        (
            ForgedZip(parts: [.init(name: "x.npy", data: [1]), .init(name: "x.npy", data: [2])]),
            "it has two parts named “x.npy”"
        ),
        (ForgedZip(parts: [.init(name: "x.npy", data: [1], flags: 1)]), "its part “x.npy” is encrypted"),
        (
            ForgedZip(parts: [.init(name: "x.npy", data: [1], method: 93)]),
            "its part “x.npy” is compressed by method 93; only stored and deflated parts are read"
        ),
        (
            ForgedZip(parts: [.init(name: "x.npy", data: [1], method: 8, size: 1 << 40)], isWide: true),
            "its part “x.npy” claims to unpack 1 bytes to 1099511627776"
        ),
        (
            ForgedZip(parts: [.init(name: "x.npy", data: [1], size: 1 << 40, compressedSize: 1 << 40)], isWide: true),
            "its part “x.npy” claims 1099511627776 bytes, but the archive has only 1 left"
        ),
        (
            ForgedZip(parts: [.init(name: "x.npy", data: [1], offset: .max)], isWide: true),
            "its part “x.npy” is not where the directory says"
        ),
        (
            ForgedZip(parts: [.init(name: "x.npy", data: [1]), .init(name: "y.npy", data: [1], offset: 0)]),
            "its part “y.npy” is not where the directory says"
        ),
        (ForgedZip(parts: [], count: 9), "it claims 9 parts, more than its directory has room for"),
        (ForgedZip(parts: [], directoryOffset: 99), "its directory claims to lie beyond the file's 22 bytes"),
        (ForgedZip(parts: []), "it is a zip archive without weights: it is empty"),
        (
            ForgedZip(parts: [.init(name: "a.txt", data: [1])]),
            "it is a zip archive without weights: it holds “a.txt”"
        ),
        (
            ForgedZip(parts: [.init(name: "x.npy", data: [1])]),
            "its array “x.npy” does not begin with NumPy's signature"
        ),
        (
            ForgedZip(parts: [.init(name: "x.npy", data: [1, 2, 3], method: 8, size: 200)]),
            "its part “x.npy” is damaged"
        ),
    ])
    func forgedArchivesAreRefused(_ zip: ForgedZip, _ reason: String) throws {
        let path = try folder.write(zip.bytes, to: "x.npz")
        #expect(throws: EngineError.notACheckpoint(path: path, reason: reason)) { try NumPyArchive(path: path) }
    }

    @Test func partsThatOverlapAreRefused() throws {
        // A whole archive inside the first part of another, whose directory names both.
        let inner = ForgedZip(parts: [part("b")]).bytes
        var zip = ForgedZip(parts: [.init(name: "a.npy", data: inner), part("b")])
        zip.parts[1].offset = UInt64(30 + "a.npy".utf8.count)
        let path = try folder.write(zip.bytes, to: "x.npz")
        #expect(refusal(path) == "its parts “a.npy” and “b.npy” overlap")
    }

    @Test func arraysThatDoNotFitTheirPartAreRefused() throws {
        var short = part("a")
        short.data.removeLast(4)
        let path = try folder.write(ForgedZip(parts: [short]).bytes, to: "x.npz")
        #expect(refusal(path) == "its array “a.npy” has 56 bytes, but 3 × 5 of float32 need 60")
    }

    private func part(_ name: String, checksum: UInt32? = nil) -> ForgedZip.Part {
        let array = (try? CheckpointFixture.bytes("numpy/little-f4.npy")) ?? []
        return .init(name: name + ".npy", data: array, checksum: checksum)
    }

    /// Why a file is refused, when it is opened or when its arrays are read.
    private func refusal(_ path: String) -> String? {
        do throws(EngineError) {
            let file = try NumPyArchive(path: path)
            for name in file.names where name != "opt/state/step" { _ = try file.parameter(name) }
        } catch {
            if case .notACheckpoint(_, let reason) = error { return reason }
        }
        return nil
    }
}
