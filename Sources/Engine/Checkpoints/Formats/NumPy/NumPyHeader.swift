import Compute

/// The header of a NumPy array: its element type, its shape and where its elements begin.
///
/// Source: numpy.lib.format, versions 1.0, 2.0 and 3.0 of the format.
package struct NumPyHeader: Sendable {
    /// How the elements lie from ``dataStart`` on.
    package let layout: ElementLayout
    /// Where the elements begin, in bytes from the start of the array.
    package let dataStart: Int
    /// How many bytes the elements take.
    package let dataBytes: Int

    /// Why the bytes are no array that can be read, in words that follow "it".
    package struct Refusal: Error, Hashable {
        /// What is wrong, so far as a reader cares.
        package enum Kind: Sendable {
            /// The bytes end before the header does.
            case cutShort
            /// A sound array of something else than numbers.
            case noNumbers
            /// No sound array.
            case unsound
        }

        package let reason: String
        package var kind = Kind.unsound
    }

    /// Every array begins with these bytes.
    package static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Longer headers are of arrays with many fields, which hold no weights.
    package static let longest = 65_536 + 12
    /// NumPy's own limit.
    private static let mostAxes = 64

    /// Reads the header at the start of `bytes`; as ``init(_:)``, for bytes in an array.
    package static func read(_ bytes: [UInt8]) -> Result<NumPyHeader, Refusal> {
        bytes.withUnsafeBytes { bytes in
            Result { () throws(Refusal) in try NumPyHeader(bytes) }
        }
    }

    /// Reads the header at the start of `bytes`, which are the array's first ``longest`` or all of them.
    package init(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        guard bytes.count >= 10, bytes.prefix(6).elementsEqual(Self.magic) else {
            throw Refusal(reason: bytes.isEmpty ? "is empty" : "does not begin with NumPy's mark")
        }
        let version = bytes[6]
        let length: Int
        switch version {
        case 1:
            length = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
            dataStart = 10 + length
        case 2, 3:
            guard bytes.count >= 12 else { throw Refusal(reason: "ends inside its header", kind: .cutShort) }
            length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
            dataStart = 12 + length
        default: throw Refusal(reason: "is of version \(version) of NumPy's format, and 1 to 3 are known")
        }
        guard dataStart <= Self.longest else {
            throw Refusal(reason: "claims a header of \(length) bytes")
        }
        guard dataStart <= bytes.count else { throw Refusal(reason: "ends inside its header", kind: .cutShort) }
        var literal = PythonLiteral(UnsafeRawBufferPointer(rebasing: bytes[(dataStart - length)..<dataStart]))
        guard let fields = literal.dictionary() else { throw Refusal(reason: "has a header that makes no sense") }
        guard let description = fields["descr"], let order = fields["fortran_order"], let extents = fields["shape"]
        else { throw Refusal(reason: "has a header without “descr”, “fortran_order” or “shape”") }
        guard case .text(let typeName) = description else {
            throw Refusal(reason: "holds records of several fields, not numbers", kind: .noNumbers)
        }
        guard case .flag(let isFortran) = order, case .numbers(let dimensions) = extents,
            dimensions.count <= Self.mostAxes
        else { throw Refusal(reason: "has a header that makes no sense") }
        let (type, isBigEndian) = try Self.elementType(typeName)
        let shape = Shape(dimensions)
        guard let count = ElementLayout.elementCount(dimensions) else {
            throw Refusal(reason: "has the impossible shape \(shape)")
        }
        let (size, overflow) = count.multipliedReportingOverflow(by: type.byteCount)
        guard !overflow else { throw Refusal(reason: "has the impossible shape \(shape)") }
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

    /// The type that NumPy writes as "<f4".
    private static func elementType(_ name: String) throws(Refusal) -> (ElementType, isBigEndian: Bool) {
        let code = "<>|=".contains(name.first ?? " ") ? String(name.dropFirst()) : name
        let types: [String: ElementType] = [
            "f8": .float64, "f4": .float32, "f2": .float16, "i8": .int64, "i4": .int32, "i2": .int16, "i1": .int8,
            "u8": .uint64, "u4": .uint32, "u2": .uint16, "u1": .uint8, "b1": .bool, "c8": .complex64,
            "c16": .complex128,
            // JAX's bfloat16 has no code in NumPy and is written as two bytes of nothing in particular.
            "V2": .bfloat16,
        ]
        if let type = types[code] { return (type, name.first == ">" && type.byteCount > 1) }
        if code == "O" || code.hasPrefix("O") {
            throw Refusal(reason: "holds Python objects, which would have to be run to be read", kind: .noNumbers)
        }
        throw Refusal(reason: "holds elements of the type “\(name.prefix(40))”, not numbers", kind: .noNumbers)
    }
}
