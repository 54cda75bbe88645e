import Compute
import Foundation
import Platform

/// NumPy's file of one array, `.npy`, by which tensors are exchanged with Python.
public enum NumPy {
    /// Reads an array of numbers as float32.
    ///
    /// Floating-point numbers, integers and bools are read in either byte order, row-major or column-major; float64 and
    /// large integers are rounded to the nearest float32.
    ///
    /// - Parameter path: relative to the working folder; `~` is the user's home.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``,
    ///   ``EngineError/fileTruncated(path:expectedBytes:foundBytes:)``, ``EngineError/notAnArray(path:reason:)``.
    public static func read(_ path: String) throws(EngineError) -> Tensor {
        let path = (path as NSString).expandingTildeInPath
        let file = try MappedFile(path)
        func refuse(_ reason: String) -> EngineError { .notAnArray(path: path, reason: reason) }
        let header: NumPyHeader
        do throws(NumPyHeader.ReadError) {
            header = try NumPyHeader(file.bytes)
        } catch {
            throw refuse("it \(error.reason)")
        }
        guard header.layout.type.isConvertible else {
            throw refuse("it holds \(header.layout.type.rawValue), not real numbers")
        }
        let (end, overflow) = header.dataStart.addingReportingOverflow(header.dataBytes)
        guard !overflow, end <= file.bytes.count else {
            throw .fileTruncated(
                path: path, expectedBytes: overflow ? .max : end, foundBytes: file.bytes.count)
        }
        guard end == file.bytes.count else {
            throw refuse("its last \(file.bytes.count - end) bytes belong to no array")
        }
        let count = header.layout.shape.count
        guard let start = file.bytes.baseAddress, count > 0 else { return Tensor([], shape: header.layout.shape) }
        let values = [Float](unsafeUninitializedCapacity: count) { values, initialized in
            if let target = values.baseAddress {
                header.layout.convert(from: start + header.dataStart, into: target, file.team)
            }
            initialized = count
        }
        try file.check()
        return Tensor(values, shape: header.layout.shape)
    }

    /// Writes a tensor as float32, atomically.
    ///
    /// - Parameter path: relative to the working folder; `~` is the user's home. An existing file is replaced.
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    public static func write(_ tensor: Tensor, to path: String) throws(EngineError) {
        let extents = tensor.shape.dimensions
        let shape = extents.map(String.init).joined(separator: ", ") + (extents.count == 1 ? "," : "")
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape)), }"
        // In NumPy's own files the data begin at a multiple of 64 bytes.
        let unpadded = 10 + text.utf8.count + 1
        text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
        var head = NumPyHeader.magic + [1, 0]
        withUnsafeBytes(of: UInt16(text.utf8.count).littleEndian) { head.append(contentsOf: $0) }
        head.append(contentsOf: text.utf8)
        let result = head.withUnsafeBytes { head in
            tensor.values.withUnsafeBytes { values in
                Result { () throws(EngineError) in try writeWholeFile(path, parts: [head, values]) }
            }
        }
        try result.get()
    }
}
