import Foundation

/// A safetensors file, mapped into memory.
///
/// The format: eight bytes with the length of a JSON header, the header, then the tensors' bytes one
/// after the other. Every claim of the header is checked before a byte of a tensor is read.
///
/// Source: <https://github.com/huggingface/safetensors>, section "Format".
public struct Safetensors: Checkpoint {
    /// The path it was opened by.
    public var path: String { file.path }
    /// The header's `__metadata__`.
    public let metadata: [String: String]
    /// The tensors' names, sorted.
    public let names: [String]
    /// The SHA-256 of the whole file in hexadecimal.
    public var sha256: String { file.sha256 }
    /// How many bytes the tensors take in the file.
    public var tensorBytes: Int { file.bytes.count - dataStart }

    private let file: MappedFile
    private let entries: [String: SafetensorsHeader.Entry]
    private let dataStart: Int

    /// Maps the file at `path` and checks its header.
    ///
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``,
    ///   ``EngineError/fileTruncated(path:expectedBytes:foundBytes:)``,
    ///   ``EngineError/notACheckpoint(path:reason:)``.
    public init(path: String) throws(EngineError) {
        file = try MappedFile(path)
        let header = try SafetensorsHeader(file)
        metadata = header.metadata
        entries = header.entries
        names = header.entries.keys.sorted()
        dataStart = header.dataStart
    }

    /// The shape of a tensor, or nil when there is none of this name.
    public func shape(_ name: String) -> Shape? {
        entries[name].map { Shape($0.shape) }
    }

    /// A tensor as float32; one that is stored as float32 is used where it lies in the file.
    public func parameter(_ name: String) throws(EngineError) -> Parameter {
        guard let entry = entries[name] else {
            throw .missingTensors(path: path, names: [name], count: 1)
        }
        guard let bytes = file.bytes.baseAddress.map({ $0 + dataStart + entry.begin }) else {
            throw .notACheckpoint(path: path, reason: "it is empty")
        }
        let shape = Shape(entry.shape)
        switch entry.dtype {
        case "F32":
            if Int(bitPattern: bytes) % MemoryLayout<Float>.alignment == 0 {
                return Parameter(bytes.assumingMemoryBound(to: Float.self), shape: shape, in: file)
            }
            return converted(bytes, shape) { (bits: UInt32) in Float(bitPattern: bits) }
        case "F16":
            return converted(bytes, shape) { (bits: UInt16) in Float(Float16(bitPattern: bits)) }
        case "BF16":
            return converted(bytes, shape) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
        case "F64":
            return converted(bytes, shape) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
        default:
            throw .notACheckpoint(
                path: path, reason: "its tensor “\(name)” holds \(entry.dtype) and not floating-point numbers"
            )
        }
    }

    private func converted<Bits: FixedWidthInteger>(
        _ bytes: UnsafeRawPointer, _ shape: Shape, _ convert: (Bits) -> Float
    ) -> Parameter {
        Parameter(shape: shape) { values in
            for index in values.indices {
                let offset = index * MemoryLayout<Bits>.stride
                values[index] = convert(bytes.loadUnaligned(fromByteOffset: offset, as: Bits.self))
            }
        }
    }
}
