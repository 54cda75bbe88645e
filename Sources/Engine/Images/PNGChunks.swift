import CZlib

/// The chunks of a PNG file, read with every bound checked.
///
/// A PNG is a signature followed by chunks: length (4 bytes, big-endian), type (4 letters), data, CRC-32
/// of type and data. Source: ISO/IEC 15948:2004, section 5.
package struct PNGChunks {
    /// One chunk and its place in the file.
    package struct Chunk {
        /// The type, four letters such as "IHDR", "IDAT", "iTXt".
        package let type: String
        /// The range of the chunk's data in the file.
        package let data: Range<Int>
        /// The range of the whole chunk: length, type, data and CRC.
        package let whole: Range<Int>
    }

    /// The eight bytes that every PNG starts with.
    package static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// The file's chunks in order, up to IEND, or up to the first that does not fit into the file.
    package let chunks: [Chunk]

    /// Whether the chunks reach IEND, as those of a complete file do.
    package let isComplete: Bool

    /// Finds the chunks of `bytes`, which may be cut short or damaged anywhere.
    package init(_ bytes: [UInt8]) {
        var chunks: [Chunk] = []
        var offset = Self.signature.count
        while bytes.starts(with: Self.signature), bytes.count - offset >= 12 {
            let length = Int(bigEndian(bytes, at: offset))
            let type = String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self)
            guard length <= bytes.count - offset - 12 else { break }
            chunks.append(
                Chunk(
                    type: type, data: offset + 8..<offset + 8 + length, whole: offset..<offset + 12 + length))
            offset += 12 + length
            if type == "IEND" { break }
        }
        self.chunks = chunks
        isComplete = chunks.last?.type == "IEND"
    }

    /// Encodes a whole chunk: length, `type`, `data`, CRC.
    package static func encode(type: String, data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        return bigEndianBytes(UInt32(data.count)) + body + bigEndianBytes(cyclicRedundancyCheck(body))
    }
}

extension PNGChunks {
    /// Returns the picture's width and height from the header; nil without a header.
    func size(in bytes: [UInt8]) -> (width: Int, height: Int)? {
        guard let header = chunks.first, header.type == "IHDR", header.data.count >= 8 else { return nil }
        let start = header.data.lowerBound
        return (Int(bigEndian(bytes, at: start)), Int(bigEndian(bytes, at: start + 4)))
    }

    /// Returns how the picture is to be rotated, from the `eXIf` chunk.
    ///
    /// Source: PNG specification, third edition, 11.3.4.5.
    func orientation(in bytes: [UInt8]) -> Orientation {
        guard let chunk = chunks.first(where: { $0.type == "eXIf" }), chunk.isIntact(in: bytes) else { return .upright }
        return EXIF(bytes[chunk.data]).orientation
    }
}

extension PNGChunks.Chunk {
    /// Returns whether the chunk's bytes match its CRC.
    package func isIntact(in bytes: [UInt8]) -> Bool {
        let check = whole.upperBound - 4
        return cyclicRedundancyCheck(bytes[whole.lowerBound + 4..<check]) == bigEndian(bytes, at: check)
    }
}

/// Returns the CRC-32 that closes each PNG chunk.
package func cyclicRedundancyCheck(_ bytes: some Collection<UInt8>) -> UInt32 {
    func check(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        UInt32(crc32(0, bytes.baseAddress, UInt32(bytes.count)))
    }
    return bytes.withContiguousStorageIfAvailable(check) ?? Array(bytes).withUnsafeBufferPointer(check)
}

private func bigEndian(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
}

private func bigEndianBytes(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}
