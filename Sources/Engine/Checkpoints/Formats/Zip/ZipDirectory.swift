/// Why a zip archive cannot be read, in words that follow the file's name.
struct ZipReadError: Error {
    let reason: String
}

/// The parser of the directory at the end of a zip archive.
enum ZipDirectory {
    /// The most entries that are read, more than the weights of any model have.
    private static let mostEntries = 1 << 20
    private static let endSize = 22
    private static let recordSize = 46
    private static let localSize = 30
    /// The greatest compression ratio of deflate.
    private static let greatestRatio = 1032

    /// Returns the entries, after checking every claim about them against `bytes`, the whole file.
    static func entries(_ bytes: UnsafeRawBufferPointer) throws(ZipReadError) -> [ZipArchive.Entry] {
        let directory = try Directory(bytes)
        var place = directory.start
        var entries: [ZipArchive.Entry] = []
        var names: Set<String> = []
        for _ in 0..<directory.count {
            guard place + recordSize <= directory.end, bytes.uint32(at: place) == 0x0201_4B50 else {
                throw ZipReadError(reason: "its directory is damaged")
            }
            let record = Record(bytes, place)
            guard record.end <= directory.end else { throw ZipReadError(reason: "its directory is damaged") }
            let entry = try Self.entry(record, bytes, directoryStart: directory.start)
            guard names.insert(entry.name).inserted else {
                throw ZipReadError(reason: "it has two parts named “\(entry.name)”")
            }
            if !entry.name.hasSuffix("/") { entries.append(entry) }
            place = record.end
        }
        try checkOverlap(entries)
        return entries
    }

    /// The range of the directory in the file, and the number of its entries.
    private struct Directory {
        let start: Int
        let end: Int
        let count: Int

        init(_ bytes: UnsafeRawBufferPointer) throws(ZipReadError) {
            guard let last = ZipDirectory.endRecord(bytes) else {
                throw ZipReadError(
                    reason: "it is a zip archive whose end is missing, so it is cut short; copy or download it again")
            }
            var count = UInt64(bytes.uint16(at: last + 10))
            var size = UInt64(bytes.uint32(at: last + 12))
            var offset = UInt64(bytes.uint32(at: last + 16))
            var diskNumber = UInt32(bytes.uint16(at: last + 4))
            var limit = last
            // The locator of the zip64 record, if any, is just before this record.
            if last >= 20, bytes.uint32(at: last - 20) == 0x0706_4B50 {
                let place = bytes.uint64(at: last - 12)
                guard place <= UInt64(last - 20), last - 20 - Int(place) >= 56,
                    bytes.uint32(at: Int(place)) == 0x0606_4B50
                else { throw ZipReadError(reason: "its directory is damaged") }
                let wide = Int(place)
                diskNumber = bytes.uint32(at: wide + 16)
                count = bytes.uint64(at: wide + 32)
                size = bytes.uint64(at: wide + 40)
                offset = bytes.uint64(at: wide + 48)
                limit = wide
            }
            guard diskNumber == 0 else { throw ZipReadError(reason: "it is one of several parts of a zip archive") }
            guard offset <= UInt64(limit), size <= UInt64(limit) - offset else {
                throw ZipReadError(
                    reason: "its directory claims to lie beyond the file's \(bytes.count) bytes")
            }
            guard count <= UInt64(ZipDirectory.mostEntries), count * UInt64(ZipDirectory.recordSize) <= size else {
                throw ZipReadError(reason: "it claims \(count) parts, more than its directory has room for")
            }
            start = Int(offset)
            end = Int(offset + size)
            self.count = Int(count)
        }
    }

    /// Returns the offset of the record that ends the archive; only a comment may follow it.
    private static func endRecord(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let last = bytes.count - endSize
        guard last >= 0 else { return nil }
        let longestComment = 65_535
        return stride(from: last, through: max(0, last - longestComment), by: -1).first { place in
            bytes.uint32(at: place) == 0x0605_4B50 && place + endSize + Int(bytes.uint16(at: place + 20)) <= bytes.count
        }
    }

    /// The directory's record of one entry.
    private struct Record {
        let flags: UInt16
        let method: UInt16
        let checksum: UInt32
        private(set) var compressedSize: UInt64
        private(set) var size: UInt64
        private(set) var offset: UInt64
        let nameBytes: UnsafeRawBufferPointer
        let end: Int

        init(_ bytes: UnsafeRawBufferPointer, _ place: Int) {
            flags = bytes.uint16(at: place + 8)
            method = bytes.uint16(at: place + 10)
            checksum = bytes.uint32(at: place + 16)
            compressedSize = UInt64(bytes.uint32(at: place + 20))
            size = UInt64(bytes.uint32(at: place + 24))
            offset = UInt64(bytes.uint32(at: place + 42))
            let nameEnd = place + recordSize + Int(bytes.uint16(at: place + 28))
            let extraEnd = nameEnd + Int(bytes.uint16(at: place + 30))
            end = extraEnd + Int(bytes.uint16(at: place + 32))
            guard end <= bytes.count else {
                nameBytes = UnsafeRawBufferPointer(start: nil, count: 0)
                return
            }
            nameBytes = UnsafeRawBufferPointer(rebasing: bytes[place + recordSize..<nameEnd])
            readWideSizes(bytes, nameEnd..<extraEnd)
        }

        /// Reads the sizes that do not fit into 32 bits from an extra field, which has only those, in this order.
        private mutating func readWideSizes(_ bytes: UnsafeRawBufferPointer, _ extra: Range<Int>) {
            var place = extra.lowerBound
            while place + 4 <= extra.upperBound {
                let next = place + 4 + Int(bytes.uint16(at: place + 2))
                if bytes.uint16(at: place) == 1, next <= extra.upperBound {
                    var value = place + 4
                    for field in [\Record.size, \.compressedSize, \.offset] {
                        guard self[keyPath: field] == 0xFFFF_FFFF, value + 8 <= next else { continue }
                        self[keyPath: field] = bytes.uint64(at: value)
                        value += 8
                    }
                    return
                }
                place = next
            }
        }
    }

    private static func entry(
        _ record: Record, _ bytes: UnsafeRawBufferPointer, directoryStart: Int
    ) throws(ZipReadError) -> ZipArchive.Entry {
        let name = String(decoding: record.nameBytes, as: UTF8.self)
        func refuse(_ reason: String) -> ZipReadError {
            ZipReadError(reason: "its part “\(name.prefix(200))” \(reason)")
        }
        guard isInside(name) else { throw refuse("has a name that leads outside the archive") }
        guard record.flags & 1 == 0 else { throw refuse("is encrypted") }
        guard record.method == 0 || record.method == 8 else {
            throw refuse("is compressed by method \(record.method); only stored and deflated parts are read")
        }
        guard record.offset <= UInt64(directoryStart), directoryStart - Int(record.offset) >= localSize,
            bytes.uint32(at: Int(record.offset)) == 0x0403_4B50
        else { throw refuse("is not where the directory says") }
        let local = Int(record.offset)
        let nameLength = Int(bytes.uint16(at: local + 26))
        let start = local + localSize + nameLength + Int(bytes.uint16(at: local + 28))
        guard start <= directoryStart,
            bytes[local + localSize..<local + localSize + nameLength].elementsEqual(record.nameBytes)
        else { throw refuse("is not where the directory says") }
        guard record.compressedSize <= UInt64(directoryStart - start) else {
            throw refuse(
                "claims \(record.compressedSize) bytes, but the archive has only \(directoryStart - start) left")
        }
        let most = record.method == 0 ? record.compressedSize : record.compressedSize * UInt64(greatestRatio)
        guard record.size <= most, record.method != 0 || record.size == record.compressedSize else {
            throw refuse("claims to unpack \(record.compressedSize) bytes to \(record.size)")
        }
        return ZipArchive.Entry(
            name: name, size: Int(record.size), isDeflated: record.method == 8,
            range: start..<start + Int(record.compressedSize), checksum: record.checksum)
    }

    /// Returns whether a name is within the folder into which the archive would be unpacked.
    private static func isInside(_ name: String) -> Bool {
        guard !name.isEmpty, !name.hasPrefix("/"), !name.contains("\\"), !name.contains("\0") else { return false }
        let isActivationPart = name.dropFirst().first == ":"
        return !isActivationPart && !name.split(separator: "/", omittingEmptySubsequences: false).contains("..")
    }

    private static func checkOverlap(_ entries: [ZipArchive.Entry]) throws(ZipReadError) {
        var last: ZipArchive.Entry?
        for entry in entries.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            if let last, entry.range.lowerBound < last.range.upperBound {
                throw ZipReadError(reason: "its parts “\(last.name)” and “\(entry.name)” overlap")
            }
            if !entry.range.isEmpty { last = entry }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Returns the two bytes from `place` on as a little-endian number.
    func uint16(at place: Int) -> UInt16 { UInt16(littleEndian: loadUnaligned(fromByteOffset: place, as: UInt16.self)) }
    /// Returns the four bytes from `place` on as a little-endian number.
    func uint32(at place: Int) -> UInt32 { UInt32(littleEndian: loadUnaligned(fromByteOffset: place, as: UInt32.self)) }
    /// Returns the eight bytes from `place` on as a little-endian number.
    func uint64(at place: Int) -> UInt64 { UInt64(littleEndian: loadUnaligned(fromByteOffset: place, as: UInt64.self)) }
}
