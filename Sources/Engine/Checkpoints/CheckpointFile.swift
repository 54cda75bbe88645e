import Compute
import Foundation
import Platform

/// The entry point for checkpoints of every format, which is detected from a file's bytes and not from its name.
public enum CheckpointFile {
    /// The usual names of a repository's weights, in order of preference.
    private static let usualNames = [
        "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
        "open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "open_clip_pytorch_model.bin",
    ]
    /// The name endings of files of weights, for a folder that holds one of another name.
    private static let endings = [
        ".safetensors", ".safetensors.index.json", ".bin.index.json", ".pth", ".pt", ".bin", ".npz",
    ]

    /// How long to wait for a file that is being written, in seconds.
    private static let writeTimeout = 3.0

    /// Opens weights of any format, and unwraps them.
    ///
    /// - Parameters:
    ///   - path: a file of weights, the index of several, or a folder with either; relative to the working folder, `~`
    ///     is the user's home.
    ///   - part: the key of the wanted dictionary among several sets of weights in a PyTorch file; a name that is not
    ///     such a key is ignored here, and may be a part of a model to the caller.
    ///   - mapping: whether a recently written file is mapped.
    ///   - host: the threads that convert tensors which are not stored as float32.
    ///   - reading: called with the progress of reading; an error that it throws ends the reading.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``,
    ///   ``EngineError/fileTruncated(path:expectedBytes:foundBytes:)``, ``EngineError/notACheckpoint(path:reason:)``,
    ///   ``EngineError/unsupportedFormat(path:format:)``, ``EngineError/noWeights(folder:found:)``,
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
                // A program that saves a checkpoint truncates its file first, so wait before calling it damaged.
                guard error != .cancelled, let before, before.age < 1 else { throw error }
                usleep(UInt32(min(before.timestampResolution, 0.05) * 1e6))
                guard FileStamp(path: found) != before else { throw error }
                guard (ContinuousClock.now - start).inSeconds < writeTimeout else {
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
        case .other(let format): throw .unsupportedFormat(path: file.path, format: format)
        case .unknown:
            // Its name may reveal what its bytes do not.
            throw .unsupportedFormat(path: file.path, format: UnsupportedFormat(ending: file.path) ?? .unknown)
        }
    }

    /// Returns the names in a folder that may be files of weights, sorted.
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
