import Compute
import Platform

/// A file that PyTorch's `torch.save` wrote: `.pth`, `.pt`, `.bin`.
///
/// The pickle in it is read and never run. Of its contents the dictionary with the weights is used, and the optimizer,
/// the arguments of the training and the like are ignored. A TorchScript archive can be read too: the attributes of its
/// modules become names joined by dots.
public struct TorchCheckpoint: Checkpoint {
    /// The path by which it was opened.
    public var path: String { file.path }
    /// The settings that a training program put beside the weights, as JSON under their key, “cfg”; the format itself has no
    /// metadata.
    public let metadata: [String: String]
    /// The tensors' names in the order of the file, including tensors of integers.
    public var names: [String] { table.names }
    /// The SHA-256 of the whole file in hexadecimal; if weights other than the default were chosen, the SHA-256 of that
    /// hash and their key.
    public var sha256: String { choice?.sha256(of: file.sha256) ?? file.sha256 }
    /// The size of the tensors in the file, in bytes.
    public var tensorBytes: Int { table.byteCount }
    /// The files that it reads, as they were when they were opened.
    public var sources: [SourceFile] { [file.source] }
    /// The number of bytes of its files in private memory, which no other process can share.
    public var ownBytes: Int { file.ownBytes }

    private let file: MappedFile
    private let table: TensorTable
    /// The wrapping keys that were removed.
    private let wrappers: [String]
    /// Which of several dictionaries of weights was chosen.
    package let choice: WeightsChoice?

    /// A note on which of several dictionaries of weights was chosen.
    public var notes: [String] { choice.map { [$0.note] } ?? [] }

    /// Opens the file at `path`, in the current format or in that before PyTorch 1.6.
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

    /// Creates a checkpoint of the tensors of `weights`, whose elements are at the places that `storage` returns.
    init(
        _ weights: TorchWeights, in file: MappedFile,
        storage: (TorchTensor.Storage, _ name: String) throws(EngineError) -> TorchStorage
    ) throws(EngineError) {
        self.file = file
        metadata = weights.settings
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

    /// Returns the shape of a tensor, or nil if there is none of this name.
    public func shape(_ name: String) -> Shape? { table.shape(name) }

    /// Returns whether a tensor holds integers.
    public func holdsIntegers(_ name: String) -> Bool { table.holdsIntegers(name) }

    /// Returns a tensor as float32; one that is stored as row-major float32 is used in place.
    public func parameter(_ name: String) throws(EngineError) -> Parameter { try table.parameter(name) }

    /// Checks that everything that was read is what the file held when it was opened.
    public func check() throws(EngineError) { try file.check() }

    /// Returns the name with the wrapping keys: "model.cls_token".
    public func originalName(of name: String) -> String { (wrappers + [name]).joined(separator: ".") }
}

extension TorchCheckpoint {
    /// Reads a pickle in `bytes`, and throws its errors as ``EngineError``.
    static func readPickle(
        _ bytes: UnsafeRawBufferPointer, from start: Int = 0, path: String
    ) throws(EngineError) -> Pickle {
        do throws(PickleReader.ReadError) {
            return try PickleReader.read(bytes, from: start)
        } catch {
            switch error {
            case .dangerous(let function): throw .dangerousPickle(path: path, function: function)
            case .malformed(let reason): throw .notACheckpoint(path: path, reason: "its pickle \(reason)")
            }
        }
    }
}
