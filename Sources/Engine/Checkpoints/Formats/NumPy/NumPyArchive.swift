import Compute
import Platform

/// A file of arrays that NumPy's `savez` or `savez_compressed` wrote, `.npz`.
///
/// JAX's models are published in this format. Their keys have slashes: `Transformer/encoderblock_0/LayerNorm_0/scale`.
///
/// Source: <https://numpy.org/doc/stable/reference/generated/numpy.savez.html>.
public struct NumPyArchive: Checkpoint {
    /// The path by which it was opened.
    public var path: String { archive.file.path }
    /// Empty, because the format has no metadata.
    public var metadata: [String: String] { [:] }
    /// The arrays' names in the order of the file.
    public var names: [String] { table.names }
    /// The SHA-256 of the whole file in hexadecimal.
    public var sha256: String { archive.file.sha256 }
    /// The size of the arrays in bytes, unpacked.
    public var tensorBytes: Int { table.byteCount }
    /// The files that it reads, as they were when they were opened.
    public var sources: [SourceFile] { [archive.file.source] }
    /// The number of bytes of its files in private memory, which no other process can share.
    public var ownBytes: Int { archive.file.ownBytes }

    private let archive: ZipArchive
    private let table: TensorTable

    /// Maps the file at `path` and checks its directory and the header of every array.
    ///
    /// Arrays of text or of Python objects are left out.
    ///
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``,
    ///   ``EngineError/notACheckpoint(path:reason:)``.
    public init(path: String) throws(EngineError) {
        try self.init(ZipArchive(MappedFile(path)))
    }

    package init(_ archive: ZipArchive) throws(EngineError) {
        self.archive = archive
        var table = TensorTable(path: archive.file.path)
        for entry in archive.entries where entry.name.hasSuffix(Self.ending) && entry.name.count > Self.ending.count {
            guard let tensor = try Self.tensor(entry, archive) else { continue }
            table.add(tensor, as: String(entry.name.dropLast(Self.ending.count)))
        }
        guard !table.names.isEmpty else {
            throw .notACheckpoint(
                path: archive.file.path,
                reason: "it is a zip archive without weights: "
                    + (archive.entries.isEmpty
                        ? "it is empty"
                        : "it holds \(archive.entries.prefix(5).map { "“\($0.name)”" }.joined(separator: ", "))"
                            + (archive.entries.count > 5 ? " and \(archive.entries.count - 5) more" : "")))
        }
        self.table = table
    }

    /// Returns the shape of an array, or nil if there is none of this name.
    public func shape(_ name: String) -> Shape? { table.shape(name) }

    /// Returns whether an array holds integers.
    public func holdsIntegers(_ name: String) -> Bool { table.holdsIntegers(name) }

    /// Returns an array as float32, after checking its checksum.
    ///
    /// It is a copy, because arrays are not aligned in the file.
    public func parameter(_ name: String) throws(EngineError) -> Parameter { try table.parameter(name) }

    /// Checks that everything that was read is what the file held when it was opened.
    public func check() throws(EngineError) { try archive.file.check() }

    private static let ending = ".npy"

    /// Returns the array in an entry; nil if it is not numeric.
    private static func tensor(
        _ entry: ZipArchive.Entry, _ archive: ZipArchive
    ) throws(EngineError) -> StoredTensor? {
        func refuse(_ reason: String) -> EngineError {
            .notACheckpoint(path: archive.file.path, reason: "its array “\(entry.name)” \(reason)")
        }
        // Most headers take 128 bytes; unpacking more of every array would dominate the time.
        var header = NumPyHeader.read(try archive.prefix(entry, count: 128))
        if case .failure(let refusal) = header, refusal.kind == .truncated {
            header = NumPyHeader.read(try archive.prefix(entry, count: NumPyHeader.longest))
        }
        switch header {
        case .failure(let refusal) where refusal.kind == .notNumeric: return nil
        case .failure(let refusal): throw refuse(refusal.reason)
        case .success(let header):
            let found = entry.size - header.dataStart
            guard found == header.dataBytes else {
                throw refuse(
                    "has \(found) bytes, but \(header.layout.shape) of \(header.layout.type.rawValue) "
                        + "need \(header.dataBytes)")
            }
            return StoredTensor(header.layout, at: .part(archive, entry, offset: header.dataStart))
        }
    }
}
