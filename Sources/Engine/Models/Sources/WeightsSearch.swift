import Checkpoints
import Downloads
import Foundation
import Platform

/// Looks on this disk for weights that have a SHA-256. Fetches nothing.
package struct WeightsSearch {
    /// What it found: what ``ModelSource/resolve(_:weights:update:cancellation:progress:)`` is asked for to load it.
    package struct Found: Hashable, Sendable {
        /// A built-in model's name, a path, or a name that is known elsewhere and lies in a cache.
        package let name: String
        /// Which of several weights of that name.
        package let weights: String?

        /// Something that is found under a name.
        package init(name: String, weights: String? = nil) {
            self.name = name
            self.weights = weights
        }
    }

    /// How the names of files with weights end.
    package static let fileEndings = [".safetensors", ".pth", ".pt", ".bin", ".npz"]

    private let sha256: String
    private let environment: DownloadEnvironment
    private let cancellation: Cancellation

    /// A search for weights whose file has this SHA-256 in hexadecimal.
    package init(
        sha256: String, environment: DownloadEnvironment = .process, cancellation: Cancellation = Cancellation()
    ) {
        self.sha256 = sha256
        self.environment = environment
        self.cancellation = cancellation
    }

    /// The weights: built in, in one of `folders`, or in a cache; nil where they are nowhere there.
    ///
    /// - Parameters:
    ///   - folders: where to look, in this order: at files of weights, lists of a model's parts, and folders in them that
    ///     hold a model with its configuration.
    ///   - name: what the model was called; a file or folder of that name is read first.
    ///   - progress: told of each file that is read, and how far.
    /// - Throws: ``EngineError/cancelled``.
    package func find(
        in folders: [String], called name: String, progress: (ReadingProgress) -> Void = { _ in }
    ) throws(EngineError) -> Found? {
        // Part of a hash would fit other files too.
        guard sha256.count == 64 else { return nil }
        for builtIn in Catalog.builtInNames {
            guard let path = Catalog.builtInFile(builtIn) else { continue }
            if try isWanted(path) { return Found(name: builtIn, weights: nil) }
        }
        for folder in folders {
            let prefix = folder == "." || folder.isEmpty ? "" : folder + "/"
            let names = entries(of: folder.isEmpty ? "." : folder)
            let files = names.filter { file in
                (Self.fileEndings + [HubFiles.indexSuffix]).contains { file.hasSuffix($0) }
            }
            let named = files.filter { $0.hasPrefix(name + ".") }
            for file in named + files.filter({ !named.contains($0) }) {
                if try isWanted(prefix + file, progress) { return Found(name: prefix + file) }
            }
            // As huggingface_hub saves a model: a folder with its configuration.
            let others = names.filter { $0 != name && exists("\(prefix)\($0)/\(HubFiles.configuration)") }
            for inside in [name] + others {
                let files = HubFiles.weights.filter { exists("\(prefix)\(inside)/\($0)") }
                for file in files where try isWanted("\(prefix)\(inside)/\(file)", progress) {
                    // A folder is loaded by the first of its files.
                    return Found(name: prefix + inside + (file == files[0] ? "" : "/\(file)"))
                }
            }
        }
        return try cached(called: name, progress)
    }

    private func cached(
        called name: String, _ progress: (ReadingProgress) -> Void
    ) throws(EngineError) -> Found? {
        let source = ModelSource(environment: environment)
        for known in KnownWeights.all {
            let path = source.place(of: known).destination
            guard exists(path) else { continue }
            // The file's name says how its hash begins, as a rule.
            if let promised = ExpectedHash(fileName: known.fileName), !sha256.hasPrefix(promised.digits) { continue }
            if try isWanted(path, progress) {
                return Found(name: known.model, weights: known.weights.isEmpty ? nil : known.weights)
            }
        }
        // Parts have to be read, and there may be large ones: those of its name first.
        let repositories = HubCache.repositories(in: environment.hubCache)
        let named = repositories.filter { $0 == name }
        for repository in named + repositories.filter({ !named.contains($0) }) {
            guard let hubName = HubName(repository) else { continue }
            let cache = HubCache(root: environment.hubCache, name: hubName)
            guard let commit = cache.cachedCommit, let file = cache.weights(in: commit) else { continue }
            let pointer = "\(cache.snapshot(commit))/\(file)"
            let path = URL(fileURLWithPath: pointer).resolvingSymlinksInPath().path
            // A large file is called by its hash there.
            if !file.hasSuffix(HubFiles.indexSuffix),
                case .sha256(let digits)? = ExpectedHash(tag: (path as NSString).lastPathComponent)
            {
                if digits == sha256 { return Found(name: repository) }
            } else if try isWanted(pointer, progress) {
                return Found(name: repository)
            }
        }
        return nil
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Whether the file has the hash, or the parts that it lists have, one after the other, as
    /// ``ShardedCheckpoint/sha256`` says; what cannot be read has not.
    private func isWanted(
        _ path: String, _ progress: (ReadingProgress) -> Void = { _ in }
    ) throws(EngineError) -> Bool {
        var hash = RunningHash(.sha256(sha256))
        for part in Self.parts(of: path) {
            guard try read(part, into: &hash, progress) else { return false }
        }
        return try hash.mismatch { Data() } == nil
    }

    /// The files that an index lists, which lie beside it; any other file itself.
    private static func parts(of path: String) -> [String] {
        guard path.hasSuffix(HubFiles.indexSuffix) else { return [path] }
        let folder = (path as NSString).deletingLastPathComponent
        let shards = try? HubFiles.shards(ofIndexAt: path)
        return (shards ?? []).map { (folder as NSString).appendingPathComponent($0) }
    }

    /// Whether the file could be read to its end.
    private func read(
        _ path: String, into hash: inout RunningHash, _ progress: (ReadingProgress) -> Void
    ) throws(EngineError) -> Bool {
        let name = (path as NSString).lastPathComponent
        var offset = 0
        do throws(EngineError) {
            let file = try OrdinaryFile(path)
            while true {
                try cancellation.check()
                progress(ReadingProgress(fileName: name, doneBytes: offset, totalBytes: file.stamp.byteCount))
                let bytes = try file.contents(from: offset, limit: 16 << 20)
                if bytes.isEmpty { return true }
                bytes.withUnsafeBytes { hash.update($0) }
                offset += bytes.count
            }
        } catch {
            if case .cancelled = error { throw error }
            return false
        }
    }
}
