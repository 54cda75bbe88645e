import Compute
import Foundation
import Platform

/// The entrance to every format: what a file is, is told by its bytes and not by its name.
public enum CheckpointFile {
    /// The weights that a repository may hold, in the order in which they are taken.
    private static let usualNames = [
        "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
        "open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "open_clip_pytorch_model.bin",
    ]
    /// How files of weights end, for a folder that holds one of another name.
    private static let endings = [
        ".safetensors", ".safetensors.index.json", ".bin.index.json", ".pth", ".pt", ".bin", ".npz",
    ]

    /// So long is waited for a file that is being written, in seconds.
    private static let patience = 3.0

    /// Opens weights, whatever their format, and looks through what wraps them.
    ///
    /// - Parameters:
    ///   - path: a file of weights, the index of several, or a folder with either; relative to the working folder, `~`
    ///     is the user's home.
    ///   - part: which of several weights in a file of PyTorch is wanted, by the key of its dictionary; a name that is no
    ///     such key is left to those who know what the tensors are.
    ///   - mapping: whether a file is mapped that was written a moment ago.
    ///   - host: whose threads convert tensors that are not stored as float32.
    ///   - reading: told how far the reading is; what it throws ends it.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``,
    ///   ``EngineError/fileTruncated(path:expectedBytes:foundBytes:)``, ``EngineError/notACheckpoint(path:reason:)``,
    ///   ``EngineError/otherFormat(path:format:)``, ``EngineError/noWeights(folder:found:)``,
    ///   ``EngineError/missingShard(path:shard:)``, ``EngineError/wholeModel(path:type:)``,
    ///   ``EngineError/dangerousPickle(path:function:)``, ``EngineError/damagedTensor(path:name:expected:found:)``,
    ///   ``EngineError/fileChanged(path:whileReading:)``.
    public static func open(
        _ path: String, part: String? = nil, mapping: MappingRule = .whereSettled,
        on host: CPUBackend = .shared, reading: (ReadingProgress) throws(EngineError) -> Void = { _ in }
    ) throws(EngineError) -> any Checkpoint {
        let place = (path as NSString).expandingTildeInPath
        let start = ContinuousClock.now
        while true {
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: place, isDirectory: &isFolder)
            let found = isThere && isFolder.boolValue ? try weights(inFolder: place) : place
            let before = FileStamp(path: found)
            do throws(EngineError) {
                return try openWeights(found, part: part, mapping, host, reading)
            } catch {
                // Who saves a checkpoint empties its file first: that is no damage.
                guard error != .cancelled, let before, before.age < 1 else { throw error }
                usleep(UInt32(min(before.tick, 0.05) * 1e6))
                guard FileStamp(path: found) != before else { throw error }
                guard (ContinuousClock.now - start).inSeconds < patience else {
                    throw .fileChanged(path: found, whileReading: true)
                }
                let name = URL(fileURLWithPath: found).lastPathComponent
                try reading(ReadingProgress(fileName: name, doneBytes: 0, totalBytes: before.byteCount))
            }
        }
    }

    private static func openWeights(
        _ path: String, part: String?, _ mapping: MappingRule, _ host: CPUBackend,
        _ reading: (ReadingProgress) throws(EngineError) -> Void
    ) throws(EngineError) -> any Checkpoint {
        let file = try MappedFile(path, mapping, team: host.team, reading: reading)
        let isIndex = FileKind(file.bytes) == .json
        return UnwrappedCheckpoint.unwrapping(
            isIndex ? try ShardedCheckpoint(file, mapping, reading) : try openTensors(file, part: part, reading))
    }

    /// Opens a file that holds tensors itself, and reads it.
    static func openTensors(
        _ file: MappedFile, part: String? = nil, _ reading: (ReadingProgress) throws(EngineError) -> Void
    ) throws(EngineError) -> any Checkpoint {
        let checkpoint = try tensors(file, part: part)
        try file.readAhead(reading)
        return checkpoint
    }

    private static func tensors(_ file: MappedFile, part: String?) throws(EngineError) -> any Checkpoint {
        switch FileKind(file.bytes) {
        case .safetensors: return try Safetensors(file)
        case .zip:
            let archive = try ZipArchive(file)
            return archive.torchFolder == nil ? try NumPyArchive(archive) : try TorchCheckpoint(archive, part: part)
        case .legacyTorch: return try TorchCheckpoint(legacy: file, part: part)
        case .json: throw .notACheckpoint(path: file.path, reason: "it is JSON, not weights")
        case .other(let format): throw .otherFormat(path: file.path, format: format)
        case .unknown:
            // Its name may tell what its bytes do not.
            throw .otherFormat(path: file.path, format: OtherFormat(ending: file.path) ?? .unknown)
        }
    }

    /// The names in a folder that may be those of weights, sorted.
    static func candidates(inFolder folder: String) -> [String] {
        entries(of: folder).filter { name in !name.hasPrefix(".") && endings.contains { name.hasSuffix($0) } }
    }

    private static func weights(inFolder folder: String) throws(EngineError) -> String {
        let candidates = candidates(inFolder: folder)
        guard let name = usualNames.first(where: candidates.contains) ?? (candidates.count == 1 ? candidates[0] : nil)
        else { throw .noWeights(folder: folder, found: candidates) }
        return (folder as NSString).appendingPathComponent(name)
    }
}
