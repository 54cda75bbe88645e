import CZlib

/// A compressed file of one member: gzip.
///
/// - Source: RFC 1952.
package enum Gzip {
    /// Returns whether bytes begin as a compressed file does.
    package static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B, 8]) }

    /// Returns the decompressed contents; nil if the file is damaged or its contents are longer than `limit` bytes.
    package static func contents(of bytes: [UInt8], limit: Int) -> [UInt8]? {
        guard isCompressed(bytes), let start = headerLength(bytes), bytes.count >= start + 8 else { return nil }
        let trailer = bytes.suffix(8)
        func number(_ bytes: ArraySlice<UInt8>) -> UInt {
            bytes.reversed().reduce(0) { $0 << 8 | UInt($1) }
        }
        let count = Int(number(trailer.suffix(4)))
        guard count <= limit else { return nil }
        return bytes.withUnsafeBytes { buffer in
            let body = UnsafeRawBufferPointer(rebasing: buffer[start..<bytes.count - 8])
            guard var inflate = Inflate(body) else { return nil }
            var result = [UInt8](repeating: 0, count: count)
            let found = result.withUnsafeMutableBytes { inflate.read(into: $0) }
            guard found == count, inflate.isAtEnd(), inflate.checksum == number(trailer.prefix(4)) else { return nil }
            return result
        }
    }

    /// Returns the number of bytes before the compressed data; nil if the file ends before.
    private static func headerLength(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 10 else { return nil }
        let flags = bytes[3]
        var place = 10
        if flags & 4 != 0 {
            guard bytes.count >= place + 2 else { return nil }
            place += 2 + Int(bytes[place]) + Int(bytes[place + 1]) << 8
        }
        // The file's name and a comment, each ending with a zero.
        for flag: UInt8 in [8, 16] where flags & flag != 0 {
            guard place < bytes.count, let end = bytes[place...].firstIndex(of: 0) else { return nil }
            place = end + 1
        }
        if flags & 2 != 0 { place += 2 }
        return place <= bytes.count ? place : nil
    }
}
