import Compute
import Foundation
import Platform

extension Safetensors {
    /// Writes tensors as float32 into a safetensors file, whose bytes depend on nothing else.
    ///
    /// - Parameters:
    ///   - path: relative to the working folder; `~` is the user's home. What is there is replaced when all is written.
    ///   - tensors: the tensors with their names, in the order of the file.
    ///   - metadata: the header's `__metadata__`.
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    package static func write(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String], to path: String
    ) throws(EngineError) {
        var entries: [String: HeaderEntry] = [:]
        var end = 0
        for (name, tensor) in tensors {
            let start = end
            end += tensor.values.count * MemoryLayout<Float>.size
            entries[name] = .tensor(shape: tensor.shape.dimensions, range: [start, end])
        }
        entries["__metadata__"] = .metadata(metadata)
        guard var header = try? JSONEncoder.sorted.encode(entries) else {
            throw .fileUnwritable(path: path, reason: "its header cannot be written")
        }
        // The tensors begin at a multiple of their alignment, as in the project's own files.
        header += Data(repeating: 0x20, count: (8 - header.count % 8) % 8)
        var bytes = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + Array(header)
        bytes.reserveCapacity(bytes.count + end)
        for (_, tensor) in tensors { tensor.values.withUnsafeBytes { bytes += $0 } }
        try writeWholeFile(path, bytes)
    }

    private enum HeaderEntry: Encodable {
        case metadata([String: String])
        case tensor(shape: [Int], range: [Int])

        private enum Key: String, CodingKey {
            case type = "dtype"
            case shape
            case range = "data_offsets"
        }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .metadata(let texts): try texts.encode(to: encoder)
            case .tensor(let shape, let range):
                var entry = encoder.container(keyedBy: Key.self)
                try entry.encode("F32", forKey: .type)
                try entry.encode(shape, forKey: .shape)
                try entry.encode(range, forKey: .range)
            }
        }
    }
}
