import Checkpoints
import Downloads
import Foundation
import Platform

/// A search on this disk for weights with a SHA-256. It downloads nothing.
package struct WeightsSearch {
    /// The name under which weights were found, for ``ModelSource/resolve(_:weights:update:cancellation:progress:)``.
    package struct Found: Hashable, Sendable {
        /// A built-in model's name, a path, or the name of a model in a cache.
        package let name: String
        /// Which of several weights with that name.
        package let weights: String?

        /// Creates a result.
        package init(name: String, weights: String? = nil) {
            self.name = name
            self.weights = weights
        }
    }

    /// The extensions of files with weights.
    package static let fileEndings = [".safetensors", ".pth", ".pt", ".bin", ".npz"]

    private let sha256: String
    private let environment: DownloadEnvironment
    private let cancellation: Cancellation

    /// Creates a search for weights whose file has a SHA-256, in hexadecimal.
    package init(
        sha256: String, environment: DownloadEnvironment = .process, cancellation: Cancellation = Cancellation()
    ) {
        self.sha256 = sha256
        self.environment = environment
        self.cancellation = cancellation
    }

    /// Finds the weights among the built-in models, in `folders`, or in a cache; returns nil if they are in none of
    /// these.
    ///
    /// - Parameters:
    ///   - folders: the folders to search, in this order: files of weights, indexes of sharded weights, and subfolders
    ///     that hold a model with its configuration.
    ///   - name: the model's name; a file or folder with that name is read first.
    ///   - progress: is called with each file that is read, and how much of it.
    /// - Throws: ``EngineError/cancelled``.
    package func find(
        in folders: [String], called name: String, progress: (ReadingProgress) -> Void = { _ in }
    ) throws(EngineError) -> Found? {
        // A part of a hash would match other files too.
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
            // A model as huggingface_hub saves it: a folder with its configuration.
            let others = names.filter { $0 != name && exists("\(prefix)\($0)/\(HubFiles.configuration)") }
            for inside in [name] + others {
                let files = HubFiles.weights.filter { exists("\(prefix)\(inside)/\($0)") }
                for file in files where try isWanted("\(prefix)\(inside)/\(file)", progress) {
                    // Loading a folder loads the first of its files.
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
            // The file's name usually contains the beginning of its hash.
            if let promised = ExpectedHash(fileName: known.fileName), !sha256.hasPrefix(promised.digits) { continue }
            if try isWanted(path, progress) {
                return Found(name: known.model, weights: known.weights.isEmpty ? nil : known.weights)
            }
        }
        // Shards have to be read and may be large, so repositories with the model's name come first.
        let repositories = HubCache.repositories(in: environment.hubCache)
        let named = repositories.filter { $0 == name }
        for repository in named + repositories.filter({ !named.contains($0) }) {
            guard let hubName = HubName(repository) else { continue }
            let cache = HubCache(root: environment.hubCache, name: hubName)
            guard let commit = cache.cachedCommit, let file = cache.weights(in: commit) else { continue }
            let pointer = "\(cache.snapshot(commit))/\(file)"
            let path = URL(fileURLWithPath: pointer).resolvingSymlinksInPath().path
            // In the cache, a large file is named by its hash.
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

    /// Returns whether the file has the hash, or, for an index, whether its shards have it, one after the other, as in
    /// ``ShardedCheckpoint/sha256``. Returns false if a file cannot be read.
    private func isWanted(
        _ path: String, _ progress: (ReadingProgress) -> Void = { _ in }
    ) throws(EngineError) -> Bool {
        var hash = RunningHash(.sha256(sha256))
        for part in Self.parts(of: path) {
            guard try read(part, into: &hash, progress) else { return false }
        }
        return try hash.mismatch { Data() } == nil
    }

    /// Returns the files beside an index that it lists, or the path itself for any other file.
    private static func parts(of path: String) -> [String] {
        guard path.hasSuffix(HubFiles.indexSuffix) else { return [path] }
        let folder = (path as NSString).deletingLastPathComponent
        let shards = try? HubFiles.shards(ofIndexAt: path)
        return (shards ?? []).map { (folder as NSString).appendingPathComponent($0) }
    }

    /// Adds a file to the hash, and returns whether it could be read to its end.
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
