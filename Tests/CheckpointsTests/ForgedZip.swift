import Checkpoints

/// Writes zip archives as nobody should: whatever their directory claims.
struct ForgedZip {
    struct Part {
        var name: String
        /// What lies in the archive, compressed or not.
        var data: [UInt8]
        var method: UInt16 = 0
        var flags: UInt16 = 0
        /// What the directory claims; the truth when nil.
        var size: UInt64?
        var compressedSize: UInt64?
        var offset: UInt64?
        var checksum: UInt32?
    }

    var parts: [Part] = []
    /// Whether sizes and places stand in 64 bits.
    var isWide = false
    /// What the end claims; the truth when nil.
    var count: UInt16?
    var directoryOffset: UInt32?
    var comment: [UInt8] = []

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for part in parts {
            let checksum =
                part.checksum
                ?? part.data.withUnsafeBytes { UInt32(truncatingIfNeeded: Inflate.checksum(of: $0)) }
            let sizes = [part.size ?? UInt64(part.data.count), part.compressedSize ?? UInt64(part.data.count)]
            let offset = part.offset ?? UInt64(bytes.count)
            let narrow = isWide ? [UInt32.max, .max] : sizes.map { UInt32(truncatingIfNeeded: $0) }
            let extra =
                isWide ? little(UInt16(1)) + little(UInt16(24)) + (sizes + [offset]).flatMap { little($0) } : []
            let common =
                little(part.flags) + little(part.method) + little(UInt32(0)) + little(checksum)
                + little(narrow[1]) + little(narrow[0]) + little(UInt16(part.name.utf8.count))
            bytes += little(UInt32(0x0403_4B50)) + little(UInt16(20)) + common + little(UInt16(0))
            bytes += Array(part.name.utf8) + part.data
            directory += little(UInt32(0x0201_4B50)) + little(UInt32(0x0014_0014)) + common
            directory += little(UInt16(extra.count)) + [UInt8](repeating: 0, count: 10)
            directory +=
                little(isWide ? UInt32.max : UInt32(truncatingIfNeeded: offset)) + Array(part.name.utf8) + extra
        }
        let start = bytes.count
        bytes += directory
        if isWide {
            let end = bytes.count
            bytes += little(UInt32(0x0606_4B50)) + little(UInt64(44)) + little(UInt32(0x002D_002D))
            bytes += [UInt8](repeating: 0, count: 8) + little(UInt64(parts.count)) + little(UInt64(parts.count))
            bytes += little(UInt64(directory.count)) + little(UInt64(start))
            bytes += little(UInt32(0x0706_4B50)) + little(UInt32(0)) + little(UInt64(end)) + little(UInt32(1))
        }
        let count = count ?? UInt16(parts.count)
        bytes += little(UInt32(0x0605_4B50)) + little(UInt32(0)) + little(count) + little(count)
        bytes += little(UInt32(directory.count)) + little(directoryOffset ?? (isWide ? .max : UInt32(start)))
        return bytes + little(UInt16(comment.count)) + comment
    }

    private func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
