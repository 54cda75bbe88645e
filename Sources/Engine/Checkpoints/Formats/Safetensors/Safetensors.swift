import Compute
import Platform

/// A safetensors file, mapped into memory.
///
/// The format: eight bytes with the length of a JSON header, the header, then the tensors' bytes, contiguous. Every
/// claim of the header is checked before a byte of a tensor is read.
///
/// Source: <https://github.com/huggingface/safetensors>, section "Format".
public struct Safetensors: Checkpoint {
    /// The path by which it was opened.
    public var path: String { file.path }
    /// The header's `__metadata__`.
    public let metadata: [String: String]
    /// The tensors' names, sorted.
    public var names: [String] { table.names }
    /// The SHA-256 of the whole file in hexadecimal.
    public var sha256: String { file.sha256 }
    /// The size of the tensors in the file, in bytes.
    public var tensorBytes: Int { table.byteCount }
    /// The files that it reads, as they were when they were opened.
    public var sources: [SourceFile] { [file.source] }
    /// The number of bytes of its files in private memory, which no other process can share.
    public var ownBytes: Int { file.ownBytes }

    private let file: MappedFile
    private let table: TensorTable

    /// Maps the file at `path` and checks its header.
    ///
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``,
    ///   ``EngineError/fileTruncated(path:expectedBytes:foundBytes:)``,
    ///   ``EngineError/notACheckpoint(path:reason:)``.
    public init(path: String) throws(EngineError) {
        try self.init(MappedFile(path))
    }

    package init(_ file: MappedFile) throws(EngineError) {
        self.file = file
        let header = try SafetensorsHeader(file)
        metadata = header.metadata
        var table = TensorTable(path: file.path)
        for (name, entry) in header.entries.sorted(by: { $0.key < $1.key }) {
            let place = StoredTensor.Place.mapped(file, offset: header.dataStart + entry.begin)
            table.add(StoredTensor(ElementLayout(entry.type, entry.shape), at: place), as: name)
        }
        self.table = table
    }

    /// Returns the shape of a tensor, or nil if there is none of this name.
    public func shape(_ name: String) -> Shape? { table.shape(name) }

    /// Returns whether a tensor holds integers.
    public func holdsIntegers(_ name: String) -> Bool { table.holdsIntegers(name) }

    /// Returns a tensor as float32; one that is stored as float32 is used in place.
    public func parameter(_ name: String) throws(EngineError) -> Parameter { try table.parameter(name) }

    /// Checks that everything that was read is what the file held when it was opened.
    public func check() throws(EngineError) { try file.check() }
}
