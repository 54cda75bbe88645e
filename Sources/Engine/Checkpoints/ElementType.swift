import Compute

/// The type of a stored tensor's elements. The raw values are NumPy's and PyTorch's names.
package enum ElementType: String, Sendable, CaseIterable {
    case float64, float32, float16, bfloat16
    case int64, int32, int16, int8
    case uint64, uint32, uint16, uint8
    case bool
    case complex64, complex128
    case float8_e4m3fn, float8_e5m2, float8_e8m0fnu

    /// The size of an element in bytes.
    package var byteCount: Int {
        switch self {
        case .complex128: 16
        case .float64, .int64, .uint64, .complex64: 8
        case .float32, .int32, .uint32: 4
        case .float16, .bfloat16, .int16, .uint16: 2
        case .int8, .uint8, .bool, .float8_e4m3fn, .float8_e5m2, .float8_e8m0fnu: 1
        }
    }

    /// Whether weights may be stored as this type.
    var isFloatingPoint: Bool {
        switch self {
        case .float64, .float32, .float16, .bfloat16: true
        default: false
        }
    }

    /// Whether it is an integer type, as for counts and indices, or bool.
    var isInteger: Bool {
        switch self {
        case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool: true
        default: false
        }
    }

    /// Whether ``convert(_:count:strideBytes:isBigEndian:into:)`` supports it.
    var isConvertible: Bool {
        switch self {
        case .complex64, .complex128, .float8_e4m3fn, .float8_e5m2, .float8_e8m0fnu: false
        default: true
        }
    }
}

// MARK: - Conversion

extension ElementType {
    /// Converts contiguous elements to float32, on all cores if there are many.
    ///
    /// Numbers of float64 and integers beyond 2²⁴ are rounded to the nearest float32.
    ///
    /// - Parameters:
    ///   - source: the first element, at any alignment.
    ///   - count: the number of elements.
    ///   - target: room for `count` floats.
    ///   - team: the threads that convert.
    /// - Precondition: the type ``isConvertible``.
    package func convert(
        _ source: UnsafeRawPointer, count: Int, isBigEndian: Bool = false,
        into target: UnsafeMutablePointer<Float>, _ team: ThreadTeam
    ) {
        guard count >= Self.countWorthThreads else {
            return convert(
                source, count: count, strideBytes: byteCount, isBigEndian: isBigEndian, into: target)
        }
        team.forEach(of: count, unit: 1024) { part in
            convert(
                source + part.lowerBound * byteCount, count: part.count, strideBytes: byteCount,
                isBigEndian: isBigEndian, into: target + part.lowerBound)
        }
    }

    /// The number of elements below which waking a thread takes longer than converting.
    private static let countWorthThreads = 1 << 18

    /// Converts elements `strideBytes` apart to float32, on this thread.
    ///
    /// - Precondition: the type ``isConvertible``.
    package func convert(
        _ source: UnsafeRawPointer, count: Int, strideBytes: Int, isBigEndian: Bool,
        into target: UnsafeMutablePointer<Float>
    ) {
        let run = Run(source: source, count: count, stride: strideBytes, isSwapped: isBigEndian, target: target)
        switch self {
        case .float64: run.convert { (bits: UInt64) in Float(Double(bitPattern: bits)) }
        case .float32: run.convert { (bits: UInt32) in Float(bitPattern: bits) }
        case .float16: run.convert { (bits: UInt16) in Float(Float16(bitPattern: bits)) }
        case .bfloat16: run.convert { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
        case .int64: run.convert { (bits: Int64) in Float(bits) }
        case .int32: run.convert { (bits: Int32) in Float(bits) }
        case .int16: run.convert { (bits: Int16) in Float(bits) }
        case .int8: run.convert { (bits: Int8) in Float(bits) }
        case .uint64: run.convert { (bits: UInt64) in Float(bits) }
        case .uint32: run.convert { (bits: UInt32) in Float(bits) }
        case .uint16: run.convert { (bits: UInt16) in Float(bits) }
        case .uint8: run.convert { (bits: UInt8) in Float(bits) }
        case .bool: run.convert { (bits: UInt8) in bits == 0 ? 0 : 1 }
        case .complex64, .complex128, .float8_e4m3fn, .float8_e5m2, .float8_e8m0fnu:
            preconditionFailure("\(self) is not converted")
        }
    }
}

/// A conversion of elements from a file to memory.
private struct Run {
    let source: UnsafeRawPointer
    let count: Int
    let stride: Int
    let isSwapped: Bool
    let target: UnsafeMutablePointer<Float>

    /// Converts all elements.
    ///
    /// There are three loops, so that the first, which nearly every file takes, is vectorized.
    @inline(__always)
    func convert<Bits: FixedWidthInteger & BitwiseCopyable>(_ convert: (Bits) -> Float) {
        let size = MemoryLayout<Bits>.size
        if stride == size, !isSwapped {
            for index in 0..<count {
                target[index] = convert(
                    source.loadUnaligned(fromByteOffset: index &* size, as: Bits.self))
            }
        } else if isSwapped {
            for index in 0..<count {
                target[index] = convert(
                    source.loadUnaligned(fromByteOffset: index * stride, as: Bits.self).byteSwapped)
            }
        } else {
            for index in 0..<count {
                target[index] = convert(source.loadUnaligned(fromByteOffset: index * stride, as: Bits.self))
            }
        }
    }
}
