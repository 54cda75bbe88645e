import Platform

extension TorchCheckpoint {
    /// The largest size of an archive's pickle, unpacked, in bytes.
    private static let largestPickle = 1 << 28

    /// Opens a file in the format since PyTorch 1.6: a zip archive of a pickle, `data.pkl`, and a part for each
    /// storage.
    ///
    /// As in PyTorch, the storages' checksums are not checked, which would mean reading all of the file.
    ///
    /// - Parameter part: the key of the wanted dictionary if there are several.
    /// - Throws: the errors of ``TorchCheckpoint/init(path:)``.
    package init(_ archive: ZipArchive, part: String? = nil) throws(EngineError) {
        let path = archive.file.path
        guard let folder = archive.torchFolder, let entry = archive["\(folder)data.pkl"] else {
            throw .notACheckpoint(path: path, reason: "it is a zip archive without a “data.pkl”")
        }
        // PyTorch writes 0 if checksums are turned off.
        let isInPlace = !entry.isDeflated && entry.checksum == 0
        let unpacked = isInPlace ? [] : try archive.contents(entry, limit: Self.largestPickle)
        let weights = try unpacked.withUnsafeBytes { unpacked in
            Result { () throws(EngineError) in
                let bytes = isInPlace ? archive.storedBytes(entry) ?? unpacked : unpacked
                return try TorchWeights(Self.readPickle(bytes, path: path), path: path, part: part)
            }
        }.get()
        let isBigEndian = try Self.isBigEndian(archive, folder)
        try self.init(weights, in: archive.file) { (storage, name) throws(EngineError) in
            guard let part = archive["\(folder)data/\(storage.key)"] else {
                throw .damagedTensor(
                    path: path, name: name, expected: "a storage “\(storage.key)” in the archive", found: "none")
            }
            return TorchStorage(
                place: part.isDeflated
                    ? .part(archive, part, offset: 0) : .mapped(archive.file, offset: part.range.lowerBound),
                byteCount: part.size, isBigEndian: isBigEndian)
        }
    }

    private static func isBigEndian(_ archive: ZipArchive, _ folder: String) throws(EngineError) -> Bool {
        guard let entry = archive["\(folder)byteorder"] else { return false }
        let order = String(decoding: try archive.prefix(entry, count: 16), as: UTF8.self)
        guard order == "little" || order == "big" else {
            throw .notACheckpoint(path: archive.file.path, reason: "its byte order is “\(order)”")
        }
        return order == "big"
    }
}

extension ZipArchive {
    /// The bytes that every zip archive with parts begins with.
    package static let mark: [UInt8] = Array("PK\u{3}\u{4}".utf8)

    /// The folder in which PyTorch put everything, "archive/"; nil if there is no pickle.
    package var torchFolder: String? {
        entries.first { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
            .map { String($0.name.dropLast("data.pkl".count)) }
    }
}
