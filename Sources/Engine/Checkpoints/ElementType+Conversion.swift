import Compute

extension ElementType {
    /// Converts elements to float32, on every core when there are many.
    ///
    /// float64 is rounded to the nearest; integers beyond 2²⁴ are too.
    ///
    /// - Parameters:
    ///   - source: the first element, at any alignment.
    ///   - count: how many elements.
    ///   - target: room for `count` floats.
    ///   - team: who converts.
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

    /// Below this a thread takes longer to wake than to convert.
    private static let countWorthThreads = 1 << 18

    /// Converts elements that lie `strideBytes` apart, on this thread.
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

/// Elements on their way from a file to memory.
private struct Run {
    let source: UnsafeRawPointer
    let count: Int
    let stride: Int
    let isSwapped: Bool
    let target: UnsafeMutablePointer<Float>

    /// Three loops, so that the first, which nearly every file takes, becomes vector instructions.
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
