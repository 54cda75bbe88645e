import Compute
import Platform

/// A file that PyTorch's `torch.save` wrote: `.pth`, `.pt`, `.bin`.
///
/// The pickle in it is read and never run. Of what it holds, the dictionary with the weights is taken, and the
/// optimizer, the arguments of the training and the like are passed over. A TorchScript archive is taken too: the
/// attributes of its modules become names joined by points.
public struct TorchCheckpoint: Checkpoint {
    /// The path it was opened by.
    public var path: String { file.path }
    /// Nothing: the format has no place for it.
    public var metadata: [String: String] { [:] }
    /// The tensors' names in the order of the file; those of integers are among them.
    public var names: [String] { table.names }
    /// The SHA-256 of the whole file in hexadecimal; of the file's and the key where other weights were asked for
    /// than are usually taken.
    public var sha256: String { choice?.sha256(of: file.sha256) ?? file.sha256 }
    /// How many bytes the tensors take in the file.
    public var tensorBytes: Int { table.byteCount }
    /// The files that it reads, as they were when they were opened.
    public var sources: [SourceFile] { [file.source] }
    /// How many bytes of its files are held in memory that no other process can share.
    public var ownBytes: Int { file.ownBytes }

    private let file: MappedFile
    private let table: TensorTable
    /// The keys that were looked through.
    private let wrappers: [String]
    /// Which of several dictionaries of weights is shown.
    package let choice: WeightsChoice?

    /// Which of several dictionaries was taken.
    public var notes: [String] { choice.map { [$0.note] } ?? [] }

    /// Opens the file at `path`, which is of today's format or of that from before PyTorch 1.6.
    ///
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``,
    ///   ``EngineError/fileTruncated(path:expectedBytes:foundBytes:)``, ``EngineError/notACheckpoint(path:reason:)``,
    ///   ``EngineError/wholeModel(path:type:)``, ``EngineError/dangerousPickle(path:function:)``,
    ///   ``EngineError/damagedTensor(path:name:expected:found:)``.
    public init(path: String) throws(EngineError) {
        let file = try MappedFile(path)
        if file.bytes.starts(with: ZipArchive.mark) {
            try self.init(ZipArchive(file))
        } else {
            try self.init(legacy: file)
        }
    }

    /// The tensors of `weights`, their elements where `storage` says.
    init(
        _ weights: TorchWeights, in file: MappedFile,
        storage: (TorchTensor.Storage, _ name: String) throws(EngineError) -> TorchStorage
    ) throws(EngineError) {
        self.file = file
        wrappers = weights.wrappers
        choice = weights.choice
        var table = TensorTable(path: file.path)
        for named in weights.tensors {
            let place = try storage(named.tensor.storage, named.name)
            guard table.add(try place.stored(named.tensor, name: named.name, path: file.path), as: named.name) else {
                throw .notACheckpoint(path: file.path, reason: "it has two tensors named “\(named.name)”")
            }
        }
        self.table = table
    }

    /// The shape of a tensor, or nil when there is none of this name.
    public func shape(_ name: String) -> Shape? { table.shape(name) }

    /// Whether a tensor holds whole numbers.
    public func holdsIntegers(_ name: String) -> Bool { table.holdsIntegers(name) }

    /// A tensor as float32; one that is stored as float32 in one piece is used where it lies in the file.
    public func parameter(_ name: String) throws(EngineError) -> Parameter { try table.parameter(name) }

    /// Finds out whether everything that was read is what the file held when it was opened.
    public func check() throws(EngineError) { try file.check() }

    /// The name with the keys that were looked through: "model.cls_token".
    public func originalName(of name: String) -> String { (wrappers + [name]).joined(separator: ".") }
}

extension TorchCheckpoint {
    /// Reads a pickle in `file`, its errors in the engine's terms.
    static func readPickle(
        _ bytes: UnsafeRawBufferPointer, from start: Int = 0, path: String
    ) throws(EngineError) -> Pickle {
        do throws(PickleReader.Refusal) {
            return try PickleReader.read(bytes, from: start)
        } catch {
            switch error {
            case .dangerous(let function): throw .dangerousPickle(path: path, function: function)
            case .unsound(let reason): throw .notACheckpoint(path: path, reason: "its pickle \(reason)")
            }
        }
    }
}
