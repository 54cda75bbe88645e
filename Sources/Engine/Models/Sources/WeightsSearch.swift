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
    ///   - folders: where to look, in this order, without the folders in them.
    ///   - name: what the model was called; a file of that name is read first.
    ///   - progress: told of each file that is read, and how far.
    /// - Throws: ``EngineError/cancelled``.
    package func find(
        in folders: [String], called name: String, progress: (ReadingProgress) -> Void = { _ in }
    ) throws(EngineError) -> Found? {
        // Part of a hash would fit other files too.
        guard sha256.count == 64 else { return nil }
        for builtIn in Catalogue.builtInNames {
            guard let path = Catalogue.builtInFile(builtIn) else { continue }
            if try isWanted(path) { return Found(name: builtIn, weights: nil) }
        }
        for folder in folders {
            let files = entries(of: folder).filter { file in Self.fileEndings.contains { file.hasSuffix($0) } }
            let named = files.filter { $0.hasPrefix(name + ".") }
            for file in named + files.filter({ !named.contains($0) }) {
                let path = folder == "." || folder.isEmpty ? file : "\(folder)/\(file)"
                if try isWanted(path, progress) { return Found(name: path, weights: nil) }
            }
            // As huggingface_hub saves a model: a folder with its configuration.
            let inside = folder == "." || folder.isEmpty ? name : "\(folder)/\(name)"
            for file in HubFiles.weights where try isWanted("\(inside)/\(file)", progress) {
                return Found(name: inside, weights: nil)
            }
        }
        return try cached(progress)
    }

    private func cached(_ progress: (ReadingProgress) -> Void) throws(EngineError) -> Found? {
        let source = ModelSource(environment: environment)
        for known in KnownWeights.all {
            let path = source.place(of: known).destination
            guard FileManager.default.fileExists(atPath: path) else { continue }
            // The file's name says how its hash begins, as a rule.
            if let promised = ExpectedHash(fileName: known.fileName), !sha256.hasPrefix(promised.digits) { continue }
            if try isWanted(path, progress) {
                return Found(name: known.model, weights: known.weights.isEmpty ? nil : known.weights)
            }
        }
        for repository in HubCache.repositories(in: environment.hubCache) {
            guard let name = HubName(repository) else { continue }
            let cache = HubCache(root: environment.hubCache, name: name)
            guard let commit = cache.cachedCommit, let file = cache.weights(in: commit),
                !file.hasSuffix(HubFiles.indexSuffix)
            else { continue }
            let path = URL(fileURLWithPath: "\(cache.snapshot(commit))/\(file)").resolvingSymlinksInPath().path
            // A large file is called by its hash there.
            if case .sha256(let digits)? = ExpectedHash(tag: (path as NSString).lastPathComponent) {
                if digits == sha256 { return Found(name: repository, weights: nil) }
            } else if try isWanted(path, progress) {
                return Found(name: repository, weights: nil)
            }
        }
        return nil
    }

    /// Whether the file has the hash; one that cannot be read has not.
    private func isWanted(
        _ path: String, _ progress: (ReadingProgress) -> Void = { _ in }
    ) throws(EngineError) -> Bool {
        let name = (path as NSString).lastPathComponent
        var hash = RunningHash(.sha256(sha256))
        var offset = 0
        do throws(EngineError) {
            let file = try OrdinaryFile(path)
            while true {
                try cancellation.check()
                progress(ReadingProgress(fileName: name, doneBytes: offset, totalBytes: file.stamp.byteCount))
                let bytes = try file.contents(from: offset, limit: 16 << 20)
                if bytes.isEmpty { break }
                bytes.withUnsafeBytes { hash.update($0) }
                offset += bytes.count
            }
        } catch {
            if case .cancelled = error { throw error }
            return false
        }
        return try hash.mismatch { Data() } == nil
    }
}
