import Platform

/// A zip archive in a mapped file, whose directory is checked against the file when it is opened.
///
/// Stored and deflated entries can be read, also in archives of more than 4 GB (zip64).
///
/// Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.
package struct ZipArchive: Sendable {
    /// A file in the archive.
    package struct Entry: Sendable, Hashable {
        /// The path in the archive: "archive/data.pkl".
        package let name: String
        /// The size of its contents in bytes, uncompressed.
        package let size: Int
        /// Whether it is deflated; otherwise its bytes are stored uncompressed.
        let isDeflated: Bool
        /// The range of its bytes in the file, compressed or not.
        package let range: Range<Int>
        /// The CRC-32 of its contents.
        package let checksum: UInt32

        /// Returns the entry of an archive that begins further on in its file.
        fileprivate func moved(by offset: Int) -> Entry {
            Entry(
                name: name, size: size, isDeflated: isDeflated,
                range: range.lowerBound + offset..<range.upperBound + offset, checksum: checksum)
        }
    }

    /// The file of the archive.
    package let file: MappedFile
    /// The entries in the order of the directory, without folders.
    package let entries: [Entry]

    private let places: [String: Int]

    /// Reads the directory at the end of `file`.
    ///
    /// - Parameter start: the offset of the archive in the file, where something else comes first.
    /// - Throws: ``EngineError/notACheckpoint(path:reason:)``.
    package init(_ file: MappedFile, from start: Int = 0) throws(EngineError) {
        self.file = file
        do throws(ZipReadError) {
            entries = try ZipDirectory.entries(UnsafeRawBufferPointer(rebasing: file.bytes[start...])).map {
                $0.moved(by: start)
            }
        } catch {
            throw .notACheckpoint(path: file.path, reason: error.reason)
        }
        places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($0.element.name, $0.offset) })
    }

    /// The entry of this name.
    package subscript(name: String) -> Entry? { places[name].map { entries[$0] } }

    /// Returns the bytes of an entry in place; nil if it is compressed.
    func storedBytes(_ entry: Entry) -> UnsafeRawBufferPointer? {
        entry.isDeflated ? nil : UnsafeRawBufferPointer(rebasing: file.bytes[entry.range])
    }

    /// Returns the contents of an entry, after checking its checksum.
    ///
    /// - Parameter limit: the largest size that is accepted, checked before memory is allocated.
    /// - Throws: ``EngineError/notACheckpoint(path:reason:)``.
    package func contents(_ entry: Entry, limit: Int) throws(EngineError) -> [UInt8] {
        guard entry.size <= limit else {
            throw refuse(entry, "claims \(byteCount(entry.size)), more than such a part may have")
        }
        var bytes = [UInt8](repeating: 0, count: entry.size)
        let result = bytes.withUnsafeMutableBytes { bytes in
            Result { () throws(EngineError) in try read(entry, skipping: 0, into: bytes) }
        }
        try result.get()
        return bytes
    }

    /// Returns the first bytes of an entry, at most `count`, without checking the checksum.
    package func prefix(_ entry: Entry, count: Int) throws(EngineError) -> [UInt8] {
        if let stored = storedBytes(entry) { return Array(stored.prefix(count)) }
        guard var inflate = Inflate(compressed(entry)) else { throw refuse(entry, "cannot be unpacked") }
        var bytes = [UInt8](repeating: 0, count: min(count, entry.size))
        let found = bytes.withUnsafeMutableBytes { inflate.read(into: $0) }
        guard found == bytes.count else { throw refuse(entry, "is damaged") }
        return bytes
    }

    /// Fills `target` with the bytes of an entry from `start` on, and checks the checksum of the whole entry.
    ///
    /// - Throws: ``EngineError/notACheckpoint(path:reason:)``.
    /// - Precondition: `start` and the target's count add up to the entry's size.
    package func read(
        _ entry: Entry, skipping start: Int, into target: UnsafeMutableRawBufferPointer
    ) throws(EngineError) {
        precondition(start + target.count == entry.size, "an entry is read to its end")
        if let stored = storedBytes(entry) {
            try check(entry, UInt32(truncatingIfNeeded: Inflate.checksum(of: stored)))
            return target.copyMemory(from: UnsafeRawBufferPointer(rebasing: stored[start...]))
        }
        guard var inflate = Inflate(compressed(entry)) else { throw refuse(entry, "cannot be unpacked") }
        var skipped = [UInt8](repeating: 0, count: start)
        let isWhole =
            skipped.withUnsafeMutableBytes { inflate.read(into: $0) } == start
            && inflate.read(into: target) == target.count && inflate.isAtEnd()
        guard isWhole else { throw refuse(entry, "is damaged: it does not unpack to its \(entry.size) bytes") }
        try check(entry, UInt32(truncatingIfNeeded: inflate.checksum))
    }

    private func check(_ entry: Entry, _ found: UInt32) throws(EngineError) {
        guard found == entry.checksum else {
            throw refuse(entry, "is damaged: its checksum is not the one that was written with it")
        }
    }

    private func compressed(_ entry: Entry) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: file.bytes[entry.range])
    }

    private func refuse(_ entry: Entry, _ reason: String) -> EngineError {
        .notACheckpoint(path: file.path, reason: "its part “\(entry.name)” \(reason)")
    }
}
