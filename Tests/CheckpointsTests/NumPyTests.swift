import Checkpoints
import Compute
import Foundation
import Platform
import TestSupport
import Testing

/// Arrays as NumPy writes them, and as nobody should.
@Suite(.timeLimit(.minutes(10))) struct NumPyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [
        "little-f2", "big-f2", "little-f4", "big-f4", "little-f8", "big-f8", "version-1", "version-2", "version-3",
    ])
    func floatsAreRead(_ name: String) throws {
        #expect(try NumPy.read(CheckpointFixture.path("numpy/\(name).npy")) == CheckpointFixture.values([3, 5]))
    }

    @Test(arguments: [
        ("i1", -3), ("i2", -3), ("i4", -3), ("i8", -3), ("u1", 0), ("u2", 0), ("u4", 0), ("u8", 0),
    ])
    func integersBecomeFloats(_ name: String, _ first: Int) throws {
        let expected = Tensor((first..<first + 15).map(Float.init), shape: [3, 5])
        #expect(try NumPy.read(CheckpointFixture.path("numpy/\(name).npy")) == expected)
    }

    @Test func otherFormsAreRead() throws {
        #expect(
            try NumPy.read(CheckpointFixture.path("numpy/bool.npy"))
                == Tensor((-3..<12).map { $0 % 2 == 0 ? 1 : 0 }, shape: [3, 5]))
        #expect(try NumPy.read(CheckpointFixture.path("numpy/fortran.npy")) == CheckpointFixture.values([2, 3, 4]))
        #expect(try NumPy.read(CheckpointFixture.path("numpy/scalar.npy")) == Tensor([2.25], shape: []))
        #expect(try NumPy.read(CheckpointFixture.path("numpy/empty.npy")) == Tensor([], shape: [0, 7]))
    }

    @Test(arguments: [
        ("complex", "it holds complex64, not real numbers"),
        ("objects", "it holds Python objects, which cannot be read without running code"),
        ("text", "it holds elements of the type “<U2”, not numbers"),
        ("records", "it holds records of several fields, not numbers"),
    ])
    func whatIsNoNumberIsRefused(_ name: String, _ reason: String) throws {
        let path = CheckpointFixture.path("numpy/\(name).npy")
        #expect(throws: EngineError.notAnArray(path: path, reason: reason)) { try NumPy.read(path) }
        #expect(
            message { _ = try NumPy.read(path) }
                == "“\(path)” is not a NumPy array that can be read: \(reason). `numpy.save` writes such files.")
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let shapes: [Shape] = [[], [0], [1], [7], [3, 5], [2, 3, 4], [1, 1, 1, 1, 1, 1, 1, 1]]
        for shape in shapes {
            let tensor = CheckpointFixture.values(shape)
            let path = folder.path("x.npy")
            try NumPy.write(tensor, to: path)
            #expect(try NumPy.read(path) == tensor)
        }
        #expect(folder.contents == ["x.npy"])
    }

    @Test func whatIsWrittenIsWhatNumPyWrites() throws {
        let path = folder.path("x.npy")
        try NumPy.write(CheckpointFixture.values([3, 5]), to: path)
        #expect(
            try Array(Data(contentsOf: URL(fileURLWithPath: path))) == CheckpointFixture.bytes("numpy/version-1.npy"))
    }

    @Test func specialNumbersAreKept() throws {
        let tensor = Tensor([.infinity, -.infinity, -0.0, .leastNonzeroMagnitude, .nan], shape: [5])
        let path = folder.path("x.npy")
        try NumPy.write(tensor, to: path)
        #expect(try NumPy.read(path).values.map(\.bitPattern) == tensor.values.map(\.bitPattern))
    }

    @Test func whatCannotBeWrittenIsSaid() throws {
        let tensor = CheckpointFixture.values([2])
        let path = folder.path("no such/x.npy")
        #expect(
            throws: EngineError.fileUnwritable(path: path, reason: "there is no folder “\(folder.path("no such"))”")
        ) { try NumPy.write(tensor, to: path) }
        #expect(throws: EngineError.fileUnwritable(path: folder.url.path, reason: "it is a folder")) {
            try NumPy.write(tensor, to: folder.url.path)
        }
        #expect(folder.contents.isEmpty)
    }

    @Test(arguments: [
        ("", "it has a malformed header"),
        ("[]", "it has a malformed header"),
        ("{", "it has a malformed header"),
        ("{'descr': '<f4'}", "it has a header without “descr”, “fortran_order” or “shape”"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x", "it has a malformed header"),
        ("{'descr': '<f4', 'fortran_order': (), 'shape': (2,)}", "it has a malformed header"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': 2}", "it has a malformed header"),
        (
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'shape': (1,)}",
            "it has a malformed header"
        ),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", "it has the invalid shape -2"),
        (
            "{'descr': '<f4', 'fortran_order': True, 'shape': (4611686018427387904, 4, 0)}",
            "it has the invalid shape 4611686018427387904 × 4 × 0"
        ),
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904,)}",
            "it has the invalid shape 4611686018427387904"
        ),
        (
            "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "it has a malformed header"
        ),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "its last 4 bytes belong to no array"),
        (
            "{'descr': '<m8', 'fortran_order': False, 'shape': (1,)}",
            "it holds elements of the type “<m8”, not numbers"
        ),
    ])
    func forgedHeadersAreRefused(_ header: String, _ reason: String) throws {
        let path = try folder.write(array(header, data: 8), to: "x.npy")
        #expect(throws: EngineError.notAnArray(path: path, reason: reason)) { try NumPy.read(path) }
    }

    @Test func terabytesAreNotAllocated() throws {
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776,)}"
        let bytes = array(header, data: 8)
        let path = try folder.write(bytes, to: "x.npy")
        #expect(
            throws: EngineError.fileTruncated(
                path: path, expectedBytes: bytes.count - 8 + 4 << 40, foundBytes: bytes.count)
        ) { try NumPy.read(path) }
        let long = NumPyHeader.magic + [2, 0, 255, 255, 255, 255]
        let claiming = try folder.write(long + [0, 0], to: "z.npy")
        #expect(throws: EngineError.notAnArray(path: claiming, reason: "it claims a header of 4294967295 bytes")) {
            try NumPy.read(claiming)
        }
    }

    @Test func everyCutIsNoticed() throws {
        let whole = try CheckpointFixture.bytes("numpy/little-f4.npy")
        for count in 0..<whole.count {
            let path = try folder.write(whole.prefix(count), to: "cut.npy")
            #expect(throws: EngineError.self) { try NumPy.read(path) }
        }
        let path = try folder.write(whole.dropLast(), to: "cut.npy")
        #expect(
            throws: EngineError.fileTruncated(
                path: path, expectedBytes: whole.count, foundBytes: whole.count - 1)
        ) { try NumPy.read(path) }
    }

    private func array(_ header: String, data: Int) -> [UInt8] {
        NumPyHeader.magic + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
            + [UInt8](repeating: 0, count: data)
    }
}
