import Platform

extension TorchCheckpoint {
    /// Opens a file in the format before PyTorch 1.6: a sequence of pickles, then the storages.
    ///
    /// The pickles are a magic number, the format's version, the writer's machine, the object itself, and the storages'
    /// keys; then follow for each key a count of 64 bits and the elements.
    ///
    /// Source: torch/serialization.py, `_legacy_save`.
    ///
    /// - Parameter part: the key of the wanted dictionary if there are several.
    /// - Throws: the errors of ``TorchCheckpoint/init(path:)``.
    package init(legacy file: MappedFile, part: String? = nil) throws(EngineError) {
        let (bytes, path) = (file.bytes, file.path)
        guard Self.isLegacy(bytes) else {
            throw .notACheckpoint(path: path, reason: "it is not a file that PyTorch's `torch.save` wrote")
        }
        let magic = try Self.readPickle(bytes, path: path)
        let version = try Self.readPickle(bytes, from: magic.end, path: path)
        guard version.root == .integer(1001) else {
            throw .notACheckpoint(path: path, reason: "it uses an unknown version of PyTorch's format")
        }
        let machine = try Self.readPickle(bytes, from: version.end, path: path)
        let object = try Self.readPickle(bytes, from: machine.end, path: path)
        let weights = try TorchWeights(object, path: path, part: part)
        let keys = try Self.readPickle(bytes, from: object.end, path: path)
        let storages = try Self.storages(keys, of: object, in: file)
        try self.init(weights, in: file) { (storage, name) throws(EngineError) in
            guard let place = storages[storage.key] else {
                throw .damagedTensor(
                    path: path, name: name, expected: "a storage “\(storage.key)” in the file", found: "none")
            }
            return place
        }
    }

    /// Returns whether a file begins with the format's magic number.
    static func isLegacy(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // LONG1 of 10 bytes: 0x1950A86A20F9469CFC6C, and STOP.
        let mark: [UInt8] = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
        // The number in decimal digits, as in protocols 0 and 1.
        if bytes.starts(with: "L119547037146038801333356L\n.".utf8) { return true }
        // PROTO of any protocol; from 4 on a FRAME with its length of eight bytes.
        guard bytes.count > 2, bytes[0] == PickleOpcode.protocolVersion.rawValue else { return false }
        let start = bytes[2] == PickleOpcode.frame.rawValue ? 11 : 2
        return bytes.count >= start + mark.count && bytes[start..<start + mark.count].elementsEqual(mark)
    }

    /// Returns the place of each storage; all are within the file.
    private static func storages(
        _ keys: Pickle, of object: Pickle, in file: MappedFile
    ) throws(EngineError) -> [String: TorchStorage] {
        func refuse(_ reason: String) -> EngineError { .notACheckpoint(path: file.path, reason: reason) }
        var sizes: [String: Int] = [:]
        var counts: [String: Int] = [:]
        for node in object.nodes where node.kind == .persistent {
            guard let storage = TorchTensor.storage(node, object) else { continue }
            sizes[storage.key] = storage.type?.byteCount ?? 1
            counts[storage.key] = storage.count
        }
        guard let list = keys.elements(keys.root) else { throw refuse("its list of storages is missing") }
        var place = keys.end
        var storages: [String: TorchStorage] = [:]
        var expectedEnd = keys.end
        for key in list {
            guard case .text(let key) = key, let size = sizes[key], let count = counts[key] else {
                throw refuse("its list of storages names one that no tensor uses")
            }
            let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
            let (end, overflowsToo) = expectedEnd.addingReportingOverflow(overflow ? .max : bytes &+ 8)
            guard !overflow, !overflowsToo, storages[key] == nil else {
                throw refuse("its list of storages is malformed")
            }
            expectedEnd = end
            guard end <= file.bytes.count else { continue }
            let found = file.bytes.uint64(at: place)
            guard found == UInt64(count) else {
                throw refuse("its storage “\(key)” should hold \(count) elements but holds \(found)")
            }
            storages[key] = TorchStorage(place: .mapped(file, offset: place + 8), byteCount: bytes)
            place = end
        }
        guard expectedEnd <= file.bytes.count else {
            throw .fileTruncated(path: file.path, expectedBytes: expectedEnd, foundBytes: file.bytes.count)
        }
        return storages
    }
}
