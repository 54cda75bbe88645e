import Checkpoints
import TestSupport
import Testing

/// Pickles of every protocol, and those that Python would never write.
@Suite(.timeLimit(.minutes(10))) struct PickleReaderTests {
    @Test(arguments: 0...5)
    func everyProtocolSaysTheSame(_ version: Int) throws {
        let pickle = try read(CheckpointFixture.bytes("pickle/protocol-\(version).pkl"))
        func items(_ key: String) -> [Pickle.Value]? { pickle.entry(key, of: pickle.root).flatMap(pickle.elements) }
        let numbers = try #require(items("numbers"))
        #expect(
            numbers.prefix(5) == [.integer(1), .integer(-2), .integer(300), .integer(70000), .integer(-5_000_000_000)])
        #expect(pickle.entry("again", of: pickle.root) == pickle.entry("numbers", of: pickle.root))
        #expect(items("real") == [.real(0.5), .real(-1e300)])
        #expect(items("flags") == [.bool(true), .bool(false), .none])
        #expect(pickle.entry("long", of: pickle.root) == .text(String(repeating: "x", count: 300)))
        // Protocol 0 writes other letters than ASCII as Latin-1.
        if version > 0 { #expect(pickle.entry("text", of: pickle.root) == .text("naïve")) }
        #expect(items("one") == [.integer(1)])
        #expect(items("two") == [.integer(1), .integer(2)])
        #expect(items("three") == [.integer(1), .integer(2), .integer(3)])
        #expect(items("four") == [.integer(1), .integer(2), .integer(3), .integer(4)])
        let entries = try #require(pickle.entries(pickle.root))
        #expect(entries.count == 14)
        let ordered = try #require(entries.first { $0.key == .integer(5) }?.value)
        #expect(pickle.entry("a", of: ordered) == .integer(1))
        let object = try #require(pickle.entry("object", of: pickle.root))
        #expect(pickle.typeName(object) == "argparse.Namespace")
        let state = try #require(pickle.node(object)?.state)
        #expect(pickle.entry("lr", of: state) == .real(0.5))
        let empty = try #require(items("empty"))
        #expect(empty.count == 4 && empty[3] == .text(""))
        #expect(empty.prefix(3).allSatisfy { pickle.node($0)?.items.isEmpty == true })
    }

    @Test(arguments: [
        ("", "ends too early"),
        ("(", "ends too early"),
        ("N", "ends too early"),
        (".", "reads a value that it never stored"),
        ("0", "reads a value that it never stored"),
        ("t", "reads a value that it never stored"),
        ("N(a.", "reads a value that it never stored"),
        ("N(R", "reads a value that it never stored"),
        ("NNa.", "adds items to a plain value"),
        (")Na.", "adds items to something that is not a container"),
        ("(NNNd.", "has a key without a value"),
        ("NNb.", "gives attributes to a plain value"),
        ("h\u{1}.", "refers to a value that it never stored"),
        ("Ix\n.", "has an invalid number"),
        ("Fx\n.", "has an invalid number"),
        ("Sx\n.", "has a string without quotes"),
        ("S'\n.", "has a string without quotes"),
        ("(i", "ends too early"),
        ("(o.", "creates an object without a class"),
        ("\u{1}.", "has an instruction that Python does not have, 0x1"),
        ("c1\n2", "ends too early"),
    ])
    func unsoundPicklesAreRefused(_ text: String, _ reason: String) {
        #expect(throws: PickleReader.ReadError.malformed(reason)) { try read(Array(text.utf8)) }
    }

    @Test(
        arguments: [
            ([0x80, 6, 0x4E, 0x2E], "uses protocol 6; 0 to 5 can be read"),
            ([0x8D, 255, 255, 255, 255, 255, 255, 255, 255, 0x2E], "claims a length of 18446744073709551615 bytes"),
            ([0x8D, 255, 255, 255, 255, 255, 255, 255, 127, 0x2E], "ends too early"),
            ([0x8B, 255, 255, 255, 127, 0x2E], "ends too early"),
            ([0x58, 255, 255, 255, 255, 0x2E], "ends too early"),
            ([0x82, 1, 0x2E], "refers to classes by extension codes, which only the program that wrote it knows"),
            ([0x97, 0x2E], "refers to data outside the file"),
            ([0x4E, 0x4E, 0x93, 0x2E], "names a class by something other than text"),
        ] as [([UInt8], String)])
    func forgedLengthsAreRefused(_ bytes: [UInt8], _ reason: String) {
        #expect(throws: PickleReader.ReadError.malformed(reason)) { try read(bytes) }
    }

    @Test(arguments: [
        "cos\nsystem\n.", "cposix\npopen\n.", "c__builtin__\neval\n.", "cbuiltins\nexec\n.", "csubprocess\nPopen\n.",
        "cshutil\nrmtree\n.", "cctypes\nCDLL\n.", "ctorch.serialization\nos.system\n.", "crunpy\n_run_code\n.",
        "ccode\nInteractiveInterpreter\n.", "cnumpy.testing._private.utils\nrunstring\n.", "(S'x'\nios\nsystem\n.",
    ])
    func dangerousNamesAreRefused(_ text: String) {
        #expect {
            try read(Array(text.utf8))
        } throws: { error in
            if case PickleReader.ReadError.dangerous = error { true } else { false }
        }
    }

    @Test(arguments: [
        "ccode.model\nNet\n.", "ctypes\nSimpleNamespace\n.", "cnumpy\nfloat64\n.", "cpathlib\nPosixPath\n.",
    ])
    func harmlessNamesAreKept(_ text: String) throws {
        let pickle = try read(Array(text.utf8))
        #expect(pickle.globalName(pickle.root) != nil)
    }

    @Test func containersMayContainThemselves() throws {
        // l = []; l.append(l)
        let list = try read(Array("]q\u{0}h\u{0}a.".utf8))
        #expect(list.elements(list.root) == [list.root])
        let dictionary = try read(Array("}q\u{0}S'a'\nh\u{0}s.".utf8))
        #expect(dictionary.entry("a", of: dictionary.root) == dictionary.root)
    }

    @Test func aMillionListsInOneAnotherNeedNoStack() throws {
        let count = 999_999
        let bytes =
            [UInt8](repeating: UInt8(ascii: "]"), count: count)
            + [UInt8](repeating: UInt8(ascii: "a"), count: count - 1)
        let pickle = try read(bytes + [UInt8(ascii: ".")])
        #expect(pickle.nodes.count == count)
    }

    @Test func whatGrowsWithoutEndIsRefused() {
        let lists = [UInt8](repeating: UInt8(ascii: "]"), count: 1_000_001)
        #expect(throws: PickleReader.ReadError.malformed("holds more parts than any checkpoint")) { try read(lists) }
        let values = [UInt8](repeating: UInt8(ascii: "N"), count: 8_000_001)
        #expect(throws: PickleReader.ReadError.malformed("holds more values than any checkpoint")) { try read(values) }
        // A copy of a list of 1000 is 2 bytes: as many of them as make 8 million items.
        var copies =
            Array("(".utf8) + [UInt8](repeating: UInt8(ascii: "N"), count: 1000) + Array("l".utf8) + [0x85]
            + Array("q\u{1}0".utf8)
        copies += Array("cbuiltins\nlist\nq\u{0}0".utf8)
        for _ in 0..<4_001 { copies += Array("h\u{0}h\u{1}R0".utf8) }
        #expect(throws: PickleReader.ReadError.malformed("holds more values than any checkpoint")) { try read(copies) }
    }

    private func read(_ bytes: [UInt8]) throws -> Pickle {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(PickleReader.ReadError) in try PickleReader.read(bytes) }
        }.get()
    }
}
