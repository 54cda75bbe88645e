import Foundation
import Platform

/// A repository in the cache that Python's huggingface_hub uses too.
///
///     models--facebook--dinov2-small/
///         refs/main                        the branch's commit when the hub was last asked
///         blobs/<entity tag>               the files, by their hashes
///         snapshots/<commit>/config.json   → ../../blobs/<entity tag>
///         .no_exist/<commit>/<file>        the files that the repository is known to lack
///     .locks/models--facebook--dinov2-small/<entity tag>.lock
///
/// - Source: huggingface_hub, file_download.py.
package struct HubCache: Hashable, Sendable {
    /// The cache's folder.
    package let root: String
    /// The repository and its version.
    package let name: HubName

    /// Creates the repository `name` in the cache at `root`.
    package init(root: String, name: HubName) {
        self.root = root
        self.name = name
    }

    private var folderName: String {
        "models--" + name.repository.split(separator: "/").joined(separator: "--")
    }

    /// The repository's folder.
    package var folder: String { "\(root)/\(folderName)" }

    /// Returns the folder of the files of a commit.
    package func snapshot(_ commit: String) -> String { "\(folder)/snapshots/\(commit)" }

    /// Returns the place of a file with this entity tag.
    package func place(tag: String) -> DownloadPlace {
        let blob = "\(folder)/blobs/\(tag)"
        return DownloadPlace(
            destination: blob, partial: blob + ".incomplete", lock: "\(root)/.locks/\(folderName)/\(tag).lock",
            removesLock: false)
    }

    /// The file with the branch's commit.
    package var reference: String { "\(folder)/refs/\(name.revision)" }

    /// Returns the marker file that a commit is known to lack a file.
    package func absenceMarker(of file: String, in commit: String) -> String {
        "\(folder)/.no_exist/\(commit)/\(file)"
    }
}

// MARK: - Reading

extension HubCache {
    /// The commit that the name referred to when the hub was last asked.
    package var cachedCommit: String? {
        if name.isCommit { return name.revision }
        guard let text = try? String(contentsOfFile: reference, encoding: .utf8), isCommitHash(text) else { return nil }
        return text
    }

    /// Returns whether the file is cached.
    func has(_ file: String, in commit: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(snapshot(commit))/\(file)")
    }

    /// Returns whether the file is cached or known not to exist, so that the hub need not be asked.
    func isKnown(_ file: String, in commit: String) -> Bool {
        has(file, in: commit) || FileManager.default.fileExists(atPath: absenceMarker(of: file, in: commit))
    }

    /// Returns the first file of weights that are completely cached; nil if some are missing.
    package func weights(in commit: String) -> String? {
        HubFiles.weights.first { file in
            guard has(file, in: commit) else { return false }
            guard file.hasSuffix(HubFiles.indexSuffix) else { return true }
            guard let shards = try? HubFiles.shards(ofIndexAt: "\(snapshot(commit))/\(file)") else { return false }
            return shards.allSatisfy { has($0, in: commit) }
        }
    }

    /// Returns the names of the repositories whose weights are completely cached.
    package static func repositories(in root: String) -> [String] {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return folders.compactMap { folder in
            guard folder.hasPrefix("models--") else { return nil }
            let text = String(folder.dropFirst("models--".count))
            guard let name = HubName(text.replacingOccurrences(of: "--", with: "/")) else { return nil }
            let cache = HubCache(root: root, name: name)
            guard let commit = cache.cachedCommit, cache.weights(in: commit) != nil else { return nil }
            return name.repository
        }.sorted()
    }
}

// MARK: - Writing

extension HubCache {
    /// Links a downloaded file into a commit's snapshot.
    func link(_ file: String, in commit: String, tag: String) throws(EngineError) {
        let pointer = "\(snapshot(commit))/\(file)"
        if has(file, in: commit) { return }
        try makeFolder(Platform.folder(of: pointer))
        let steps = String(repeating: "../", count: file.split(separator: "/").count + 1)
        unlink(pointer)
        if symlink("\(steps)blobs/\(tag)", pointer) == 0 || errno == EEXIST { return }
        // On a file system without links the file itself is moved there, as in huggingface_hub.
        guard rename(place(tag: tag).destination, pointer) == 0 else {
            throw .fileUnwritable(path: pointer, reason: systemMessage(for: errno))
        }
    }

    /// Records the commit that the name now refers to.
    func recordCommit(_ commit: String) throws(EngineError) {
        guard !name.isCommit, cachedCommit != commit else { return }
        try makeFolder(Platform.folder(of: reference))
        try writeWholeFile(reference, Array(commit.utf8))
    }

    /// Records that the commit lacks a file, so that the hub is not asked again. Errors are ignored.
    func recordAbsence(of file: String, in commit: String) {
        let marker = absenceMarker(of: file, in: commit)
        guard (try? makeFolder(Platform.folder(of: marker))) != nil else { return }
        let descriptor = open(marker, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        if descriptor >= 0 { close(descriptor) }
    }
}
