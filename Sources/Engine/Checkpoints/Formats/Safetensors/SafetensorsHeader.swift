import Compute
import Foundation
import Platform

/// The header of a safetensors file, with every claim checked against the file.
struct SafetensorsHeader {
    /// The header's entry of one tensor.
    struct Entry: Sendable {
        let type: ElementType
        let shape: Shape
        /// The start of its bytes, counted from the end of the header.
        let begin: Int
        /// The end of its bytes, counted from the end of the header.
        let end: Int
    }

    private(set) var entries: [String: Entry] = [:]
    private(set) var metadata: [String: String] = [:]
    /// The offset of the tensors' bytes in the file.
    let dataStart: Int

    /// The format's limit on the header's size, in bytes.
    private static let longestHeader = 100_000_000
    private static let types: [String: ElementType] = [
        "F64": .float64, "F32": .float32, "F16": .float16, "BF16": .bfloat16, "I64": .int64, "I32": .int32,
        "I16": .int16, "I8": .int8, "U64": .uint64, "U32": .uint32, "U16": .uint16, "U8": .uint8, "BOOL": .bool,
        "C64": .complex64, "F8_E4M3": .float8_e4m3fn, "F8_E5M2": .float8_e5m2, "F8_E8M0": .float8_e8m0fnu,
    ]

    init(_ file: MappedFile) throws(EngineError) {
        let text = try Self.headerText(file)
        dataStart = 8 + text.count
        let found = try Self.parse(text, file.path)
        for (name, value) in found {
            switch value {
            case .metadata(let metadata): self.metadata = metadata
            case .tensor(let raw): entries[name] = try Self.entry(name, raw, file.path)
            }
        }
        try checkLayout(file)
    }

    /// Returns the JSON between the length and the tensors.
    private static func headerText(_ file: MappedFile) throws(EngineError) -> UnsafeRawBufferPointer {
        let bytes = file.bytes
        func refuse(_ reason: String) -> EngineError { .notACheckpoint(path: file.path, reason: reason) }
        guard bytes.count > 0 else { throw refuse("it is empty") }
        guard bytes.count > 8 else { throw refuse("it holds only \(bytes.count) bytes") }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard Self.opensObject(bytes.dropFirst(8)), length >= 2 else {
            throw refuse("it does not begin with a safetensors header")
        }
        guard length <= longestHeader else {
            let claim = byteCount(Int(clamping: length))
            throw refuse(
                "its header claims \(claim), but the format allows \(byteCount(longestHeader)) and the file holds "
                    + byteCount(bytes.count))
        }
        guard Int(length) <= bytes.count - 8 else {
            throw .fileTruncated(path: file.path, expectedBytes: 8 + Int(length), foundBytes: bytes.count)
        }
        return UnsafeRawBufferPointer(rebasing: bytes[8..<8 + Int(length)])
    }

    /// Returns whether the bytes begin with a brace, after optional white space.
    static func opensObject(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
    }

    private static func parse(
        _ text: UnsafeRawBufferPointer, _ path: String
    ) throws(EngineError) -> [String: Value] {
        let data = Data(text)
        if let name = repeatedKey(data) {
            throw .notACheckpoint(path: path, reason: "its header names “\(name)” twice")
        }
        do {
            return try JSONDecoder().decode([String: Value].self, from: data)
        } catch DecodingError.dataCorrupted {
            throw .notACheckpoint(path: path, reason: "its header is not JSON")
        } catch DecodingError.keyNotFound(let key, let context) {
            let name = context.codingPath.first?.stringValue ?? "?"
            throw .notACheckpoint(path: path, reason: "its header has no “\(key.stringValue)” for “\(name)”")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw .notACheckpoint(path: path, reason: "its header has the wrong kind of value at “\(place)”")
        } catch {
            throw .notACheckpoint(path: path, reason: "its header is not JSON")
        }
    }

    private static func entry(_ name: String, _ raw: RawEntry, _ path: String) throws(EngineError) -> Entry {
        func refuse(_ reason: String) -> EngineError {
            .notACheckpoint(path: path, reason: "its tensor “\(name)” \(reason)")
        }
        guard let type = types[raw.dtype] else { throw refuse("has the unknown type \(raw.dtype)") }
        let shape = Shape(raw.shape)
        let (bytes, overflow) =
            ElementLayout.elementCount(raw.shape)?.multipliedReportingOverflow(by: type.byteCount) ?? (0, true)
        guard !overflow else { throw refuse("has the invalid shape \(shape)") }
        guard raw.data_offsets.count == 2, raw.data_offsets[0] >= 0,
            raw.data_offsets[0] <= raw.data_offsets[1]
        else { throw refuse("has invalid offsets") }
        let found = raw.data_offsets[1] - raw.data_offsets[0]
        guard found == bytes else {
            throw refuse("has \(found) bytes, but \(shape) of \(type.rawValue) need \(bytes)")
        }
        return Entry(type: type, shape: shape, begin: raw.data_offsets[0], end: raw.data_offsets[1])
    }

    /// Checks that the tensors fill the file from the header to the end, without gaps or overlaps.
    private func checkLayout(_ file: MappedFile) throws(EngineError) {
        let available = file.bytes.count - dataStart
        var end = 0
        var last = ""
        for (name, entry) in entries.sorted(by: {
            ($0.value.begin, $0.value.end) < ($1.value.begin, $1.value.end)
        }) {
            guard entry.begin >= end else {
                throw .notACheckpoint(path: file.path, reason: "its tensors “\(last)” and “\(name)” overlap")
            }
            guard entry.begin == end else {
                throw .notACheckpoint(
                    path: file.path,
                    reason: "\(entry.begin - end) bytes before its tensor “\(name)” belong to no tensor")
            }
            (end, last) = (entry.end, name)
        }
        guard end <= available else {
            let (expected, overflow) = dataStart.addingReportingOverflow(end)
            throw .fileTruncated(
                path: file.path, expectedBytes: overflow ? .max : expected, foundBytes: file.bytes.count)
        }
        guard end == available else {
            throw .notACheckpoint(
                path: file.path, reason: "its last \(available - end) bytes belong to no tensor")
        }
    }

    /// Returns the first key that the outermost JSON object has twice.
    ///
    /// Decoders silently drop one of them.
    private static func repeatedKey(_ json: Data) -> String? {
        var seen: Set<Data> = []
        var depth = 0
        var stringStart: Data.Index?
        var lastString: Data?
        var isEscaped = false
        for index in json.indices {
            let byte = json[index]
            if let start = stringStart {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    lastString = json[start..<index]
                    stringStart = nil
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): stringStart = index + 1
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ":") where depth == 1:
                if let key = lastString, !seen.insert(key).inserted {
                    return String(decoding: key, as: UTF8.self)
                }
            default: break
            }
        }
        return nil
    }
}

/// One value of the header, with the keys of the file.
private enum Value: Decodable {
    case metadata([String: String])
    case tensor(RawEntry)

    init(from decoder: any Decoder) throws {
        if decoder.codingPath.last?.stringValue == "__metadata__" {
            // Some programs write `null` for no metadata.
            let isNone = (try? decoder.singleValueContainer().decodeNil()) ?? false
            self = .metadata(isNone ? [:] : try [String: String](from: decoder))
        } else {
            self = .tensor(try RawEntry(from: decoder))
        }
    }
}

private struct RawEntry: Decodable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]
}
