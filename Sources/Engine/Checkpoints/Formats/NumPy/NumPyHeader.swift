import Compute

/// The header of a NumPy array: its element type, its shape and the offset of its elements.
///
/// Source: numpy.lib.format, versions 1.0, 2.0 and 3.0 of the format.
package struct NumPyHeader: Sendable {
    /// The layout of the elements from ``dataStart`` on.
    package let layout: ElementLayout
    /// The offset of the elements, in bytes from the start of the array.
    package let dataStart: Int
    /// The size of the elements in bytes.
    let dataBytes: Int

    /// Why the bytes are not a readable array, in words that follow "it".
    package struct ReadError: Error, Hashable {
        /// The kinds of errors that a reader distinguishes.
        package enum Kind: Sendable {
            /// The bytes end before the header does.
            case truncated
            /// The array is valid but not numeric.
            case notNumeric
            /// The array is malformed.
            case malformed
        }

        package let reason: String
        package var kind = Kind.malformed
    }

    /// The bytes that every array begins with.
    package static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// The longest header that is read; longer ones are of arrays with many fields, which hold no weights.
    package static let longest = 65_536 + 12
    /// The most axes, NumPy's own limit.
    private static let mostAxes = 64

    /// Reads the header at the start of `bytes`, as ``init(_:)`` does.
    package static func read(_ bytes: [UInt8]) -> Result<NumPyHeader, ReadError> {
        bytes.withUnsafeBytes { bytes in
            Result { () throws(ReadError) in try NumPyHeader(bytes) }
        }
    }

    /// Reads the header at the start of `bytes`, which are at least the array's first ``longest`` or all of them.
    package init(_ bytes: UnsafeRawBufferPointer) throws(ReadError) {
        guard bytes.count >= 10, bytes.prefix(6).elementsEqual(Self.magic) else {
            throw ReadError(reason: bytes.isEmpty ? "is empty" : "does not begin with NumPy's signature")
        }
        let version = bytes[6]
        let length: Int
        switch version {
        case 1:
            length = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
            dataStart = 10 + length
        case 2, 3:
            guard bytes.count >= 12 else { throw ReadError(reason: "ends inside its header", kind: .truncated) }
            length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
            dataStart = 12 + length
        default: throw ReadError(reason: "uses version \(version) of NumPy's format; versions 1 to 3 can be read")
        }
        guard dataStart <= Self.longest else {
            throw ReadError(reason: "claims a header of \(length) bytes")
        }
        guard dataStart <= bytes.count else { throw ReadError(reason: "ends inside its header", kind: .truncated) }
        var literal = PythonLiteral(UnsafeRawBufferPointer(rebasing: bytes[(dataStart - length)..<dataStart]))
        guard let fields = literal.dictionary() else { throw ReadError(reason: "has a malformed header") }
        guard let description = fields["descr"], let order = fields["fortran_order"], let extents = fields["shape"]
        else { throw ReadError(reason: "has a header without “descr”, “fortran_order” or “shape”") }
        guard case .text(let typeName) = description else {
            throw ReadError(reason: "holds records of several fields, not numbers", kind: .notNumeric)
        }
        guard case .flag(let isFortran) = order, case .numbers(let dimensions) = extents,
            dimensions.count <= Self.mostAxes
        else { throw ReadError(reason: "has a malformed header") }
        let (type, isBigEndian) = try Self.elementType(typeName)
        let shape = Shape(dimensions)
        guard let count = ElementLayout.elementCount(dimensions) else {
            throw ReadError(reason: "has the invalid shape \(shape)")
        }
        let (size, overflow) = count.multipliedReportingOverflow(by: type.byteCount)
        guard !overflow else { throw ReadError(reason: "has the invalid shape \(shape)") }
        dataBytes = size
        if isFortran, count > 0 {
            var strides: [Int] = []
            var stride = 1
            for extent in dimensions {
                strides.append(stride)
                stride *= extent
            }
            layout = ElementLayout(type, shape, strides: strides, isBigEndian: isBigEndian)
        } else {
            layout = ElementLayout(type, shape, isBigEndian: isBigEndian)
        }
    }

    /// Returns the type and byte order that NumPy writes as "<f4".
    private static func elementType(_ name: String) throws(ReadError) -> (ElementType, isBigEndian: Bool) {
        let code = "<>|=".contains(name.first ?? " ") ? String(name.dropFirst()) : name
        let types: [String: ElementType] = [
            "f8": .float64, "f4": .float32, "f2": .float16, "i8": .int64, "i4": .int32, "i2": .int16, "i1": .int8,
            "u8": .uint64, "u4": .uint32, "u2": .uint16, "u1": .uint8, "b1": .bool, "c8": .complex64,
            "c16": .complex128,
            // JAX's bfloat16 has no code in NumPy and is written as an opaque type of two bytes.
            "V2": .bfloat16,
        ]
        if let type = types[code] { return (type, name.first == ">" && type.byteCount > 1) }
        if code == "O" || code.hasPrefix("O") {
            throw ReadError(
                reason: "holds Python objects, which cannot be read without running code", kind: .notNumeric)
        }
        throw ReadError(reason: "holds elements of the type “\(name.prefix(40))”, not numbers", kind: .notNumeric)
    }
}
