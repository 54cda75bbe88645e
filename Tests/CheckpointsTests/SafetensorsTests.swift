import Checkpoints
import Compute
import Foundation
import Platform
import TestSupport
import Testing

/// Files that a person may have: whole, cut short, mixed up, of another kind.
@Suite(.timeLimit(.minutes(10))) struct SafetensorsTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("vitrine-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    @Test func everyFloatTypeIsRead() throws {
        let header =
            #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
            + #""b":{"dtype":"F16","shape":[1,2],"data_offsets":[8,12]},"#
            + #""c":{"dtype":"BF16","shape":[2],"data_offsets":[12,16]},"#
            + #""d":{"dtype":"F64","shape":[],"data_offsets":[16,24]},"e":{"dtype":"I64","shape":[0],"data_offsets":[24,24]}}"#
        var data = Data()
        for value in [1.5, -2] as [Float] {
            withUnsafeBytes(of: value.bitPattern) { data.append(contentsOf: $0) }
        }
        // Half precision: 1, and the smallest subnormal 2⁻²⁴. Brain float: 3 and −∞.
        for bits in [0x3C00, 0x0001, 0x4040, 0xFF80] as [UInt16] {
            withUnsafeBytes(of: bits) { data.append(contentsOf: $0) }
        }
        withUnsafeBytes(of: 0.25.bitPattern) { data.append(contentsOf: $0) }
        // An odd header length puts the float32 numbers at odd addresses.
        for spaces in 0..<4 {
            let file = try Safetensors(path: write(header + String(repeating: " ", count: spaces), data))
            #expect(file.names == ["a", "b", "c", "d", "e"])
            #expect(file.metadata == ["format": "pt"])
            #expect(file.tensorBytes == 24)
            #expect(try file.parameter("a").tensor == Tensor([1.5, -2], shape: [2]))
            #expect(try file.parameter("b").tensor == Tensor([1, 0x1p-24], shape: [1, 2]))
            #expect(try file.parameter("c").tensor == Tensor([3, -.infinity], shape: [2]))
            #expect(try file.parameter("d").tensor == Tensor([0.25], shape: []))
            #expect(file.shape("f") == nil)
            #expect(
                message { _ = try file.parameter("e") }.contains(
                    "its tensor “e” holds int64, not floating-point numbers"))
            #expect(throws: EngineError.self) { try file.parameter("f") }
        }
    }

    /// As some writers have them: no metadata said by `null`, and blanks before the header's brace.
    @Test(arguments: ["", " ", "  \n\t"])
    func emptyMetadataAndBlanksAreTaken(_ blanks: String) throws {
        let header = blanks + #"{"__metadata__":null,"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
        let path = try write(header, Data([0, 0, 0x80, 0x3F]))
        let file = try CheckpointFile.open(path)
        #expect(file.metadata.isEmpty && file.names == ["a"])
        #expect(try file.parameter("a").tensor == Tensor([1], shape: [1]))
    }

    @Test(arguments: [
        ("I8", "int8", 1), ("F8_E4M3", "float8_e4m3fn", 1), ("F8_E5M2", "float8_e5m2", 1), ("U8", "uint8", 1),
    ])
    func quantizedWeightsAreCalledSo(_ type: String, _ name: String, _ size: Int) throws {
        let header = #"{"a":{"dtype":"\#(type)","shape":[4],"data_offsets":[0,\#(4 * size)]}}"#
        let file = try Safetensors(path: write(header, Data(count: 4 * size)))
        #expect(throws: EngineError.notFloatingPoint(path: file.path, name: "a", type: name)) {
            try file.parameter("a")
        }
        let text = message { _ = try file.parameter("a") }
        #expect(text.contains("holds \(name), not floating-point numbers") && text.contains("quantized"))
        #expect(!text.contains("damaged"))
    }

    @Test func hashIsOfTheWholeFile() throws {
        let path = try write("{}", Data())
        // printf '\x02\x00\x00\x00\x00\x00\x00\x00{}' | sha256sum
        #expect(
            try Safetensors(path: path).sha256
                == "411a485216e432ece6b9af94fa32154cf79a2a56d4f81266baa50063f45092bd")
    }

    private static let one = #""a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#

    @Test(arguments: [
        ("{\(one)", 8, "its header is not JSON"),
        (#"{"a":[1]}"#, 0, "its header has the wrong kind of value at “a”"),
        (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}"#, 8, "its header is not JSON"),
        (#"{"a":{"dtype":"F32","data_offsets":[0,8]}}"#, 8, "its header has no “shape” for “a”"),
        ("{\(one),\(one)}", 8, "its header names “a” twice"),
        (
            #"{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}"#, 8,
            "its tensor “a” has the unknown type F33"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8,
            "its tensor “a” has the invalid shape -2"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, 8,
            "its tensor “a” has the invalid shape 4611686018427387904 × 4"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8,
            "its tensor “a” has invalid offsets"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, 8,
            "its tensor “a” has invalid offsets"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8,
            "its tensor “a” has 8 bytes, but 3 of float32 need 12"
        ),
        (
            "{\(one),\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12,
            "its tensors “a” and “b” overlap"
        ),
        (
            "{\(one),\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}", 16,
            "4 bytes before its tensor “b” belong to no tensor"
        ),
        ("{\(one)}", 11, "its last 3 bytes belong to no tensor"),
    ])
    func badHeadersAreExplained(_ header: String, _ bytes: Int, _ reason: String) throws {
        let path = try write(header, Data(count: bytes))
        #expect(
            message { _ = try Safetensors(path: path) }
                == "“\(path)” is not a checkpoint that can be read: \(reason). It may be damaged: copy, "
                + "download or save it again.")
    }

    @Test func truncatedFilesSayHowMuchIsMissing() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: Reference.path("tiny_vit")))
        let header = Int(whole.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
        for (kept, expected) in [
            (9, 8 + header), (header, 8 + header), (header + 8, whole.count), (whole.count - 1, whole.count),
        ] {
            let path = folder.appendingPathComponent("cut").path
            try whole.prefix(kept).write(to: URL(fileURLWithPath: path))
            #expect(
                throws: EngineError.fileTruncated(path: path, expectedBytes: expected, foundBytes: kept)
            ) { try Safetensors(path: path) }
        }
    }

    @Test(arguments: [
        (Data(), "it is empty"),
        (Data([1, 2, 3]), "it holds only 3 bytes"),
        (Data("PK\u{3}\u{4} a zip archive of some kind".utf8), "it does not begin with a safetensors header"),
        (
            Data([0, 0, 0, 0, 0, 1, 0, 0, 0x7B, 0x7D]),
            "its header claims 1.1 TB, but the format allows 100 MB and the file holds 10 bytes"
        ),
    ])
    func otherFilesAreRefused(_ contents: Data, _ reason: String) throws {
        let path = folder.appendingPathComponent("other").path
        try contents.write(to: URL(fileURLWithPath: path))
        #expect(throws: EngineError.notACheckpoint(path: path, reason: reason)) {
            try Safetensors(path: path)
        }
    }

    @Test func whatCannotBeOpenedIsNamed() throws {
        #expect(throws: EngineError.fileMissing(path: "/nowhere/x")) { try Safetensors(path: "/nowhere/x") }
        #expect(throws: EngineError.fileUnreadable(path: folder.path, reason: "it is a folder")) {
            try Safetensors(path: folder.path)
        }
    }

    private func write(_ header: String, _ data: Data) throws -> String {
        let path = folder.appendingPathComponent("file\(UUID().uuidString)")
        var contents = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        contents.append(Data(header.utf8))
        contents.append(data)
        try contents.write(to: path)
        return path.path
    }

    private func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return (error as? EngineError)?.message ?? "\(error)" }
        return "no error"
    }
}

@Suite(.timeLimit(.minutes(10))) struct SafetensorsWritingTests {
    /// Eight bytes of length, the header with sorted keys and spaces up to a multiple of eight, the numbers.
    @Test func theFileByHand() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.safetensors")
        try Safetensors.write(
            [("b", Tensor([1, 2], shape: [2])), ("a", Tensor([3], shape: [1, 1]))], metadata: ["k": "v"], to: path)
        let bytes = try #require(FileManager.default.contents(atPath: path))
        let header =
            #"{"__metadata__":{"k":"v"},"a":{"data_offsets":[8,12],"dtype":"F32","shape":[1,1]},"#
            + #""b":{"data_offsets":[0,8],"dtype":"F32","shape":[2]}}"#
        let padded = (header.utf8.count + 7) / 8 * 8
        #expect(Array(bytes.prefix(8)) == [UInt8(padded), 0, 0, 0, 0, 0, 0, 0])
        #expect(String(decoding: bytes[8..<8 + padded], as: UTF8.self).trimmingCharacters(in: .whitespaces) == header)
        #expect(Array(bytes.suffix(12)) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40])
        let read = try Safetensors(path: path)
        #expect(read.metadata == ["k": "v"] && read.names == ["a", "b"])
        #expect(try read.parameter("b").tensor == Tensor([1, 2], shape: [2]))
    }
}
