import Foundation
import Platform

/// Fetches what a repository's model needs into the hub's cache.
package struct HubDownload {
    let cache: HubCache
    let hub: HubClient
    let meter: ProgressMeter
    let cancellation: Cancellation

    /// What a repository was found to consist of.
    package struct Result {
        /// Which version it is.
        package let commit: String
        /// Under which conditions it may be used; nil where it is not stated.
        package let license: String?
    }

    /// Fetches configuration and weights, and notes which version they are of.
    func run() throws(TransferError) -> Result {
        let listing = try hub.listing()
        if let unsafe = listing.files?.sorted().first(where: { !isSafeRelativePath($0) }) {
            throw .failed(.unsafeName(unsafe))
        }
        var found = Findings(revision: listing.commit ?? cache.name.revision, listing: listing)
        var files: [HubFile] = []
        // The configuration comes first: it settles the version that everything else is taken from.
        for name in [HubFiles.configuration, HubFiles.preprocessor, HubFiles.openCLIP] {
            if let file = try describe(name, &found) { files.append(file) }
        }
        let weights = try weights(&found)
        files += weights
        let missing = files.filter { !cache.has($0.name, in: $0.commit) }
        let sizes = missing.compactMap(\.bytes)
        meter.expect(
            totalBytes: sizes.count == missing.count ? sizes.reduce(0, +) : nil, license: listing.license)
        meter.announce()
        try checkRoom(for: missing)
        for file in missing { try fetch(file, meter: meter) }
        try locally { () throws(EngineError) in try cache.remember(found.revision) }
        return Result(commit: found.revision, license: listing.license)
    }

    /// What is known while files are looked for.
    private struct Findings {
        /// The revision that is asked for: a commit, as soon as one is known.
        var revision: String
        let listing: HubListing
        var names: [String] = []
    }

    /// What the hub says of a file; nil when the repository lacks it.
    private func describe(_ name: String, _ found: inout Findings) throws(TransferError) -> HubFile? {
        if let files = found.listing.files, !files.contains(name) {
            if isCommitHash(found.revision) { cache.rememberAbsence(of: name, in: found.revision) }
            return nil
        }
        guard let file = try hub.describe(name, in: found.revision) else {
            if isCommitHash(found.revision) { cache.rememberAbsence(of: name, in: found.revision) }
            return nil
        }
        found.revision = file.commit
        return file
    }

    /// The files of the weights: the first kind that the repository has.
    private func weights(_ found: inout Findings) throws(TransferError) -> [HubFile] {
        for name in HubFiles.weights {
            guard let file = try describe(name, &found) else { continue }
            guard name.hasSuffix(HubFiles.indexSuffix) else { return [file] }
            // The list is short, and without it it is unknown how large the rest is.
            if !cache.has(name, in: file.commit) { try fetch(file, meter: .silent) }
            let path = "\(cache.snapshot(file.commit))/\(name)"
            let shards = try locally { () throws(EngineError) in try HubFiles.shards(ofIndexAt: path) }
            var files = [file]
            for shard in shards {
                guard let part = try describe(shard, &found) else { throw .failed(.fileMissing) }
                files.append(part)
            }
            return files
        }
        let names = (found.listing.files ?? []).filter { name in
            [".bin", ".safetensors", ".h5", ".msgpack", ".onnx", ".gguf", ".ckpt", ".pt", ".pth", ".npz"]
                .contains { name.hasSuffix($0) }
        }
        throw .failed(.weightsMissing(lookedFor: HubFiles.weights, found: names.sorted()))
    }

    /// All files together must fit, not only the first.
    private func checkRoom(for files: [HubFile]) throws(TransferError) {
        let needed = files.reduce(0) { sum, file in
            sum + max(0, (file.bytes ?? 0) - size(of: cache.place(tag: file.tag).partial))
        }
        guard let free = hub.client.settings.freeBytes(cache.folder), free < needed else { return }
        throw .failed(.diskFull(folder: cache.root, neededBytes: needed, availableBytes: free))
    }

    private func fetch(_ file: HubFile, meter: ProgressMeter) throws(TransferError) {
        let remote = RemoteFile(
            url: hub.address(of: file.name, in: file.commit), name: file.name, bearer: hub.token,
            bytes: file.bytes, hash: ExpectedHash(tag: file.tag))
        try FileDownload(
            file: remote, place: cache.place(tag: file.tag), client: hub.client, meter: meter,
            cancellation: cancellation
        ).run()
        try locally { () throws(EngineError) in
            try cache.link(file.name, in: file.commit, tag: file.tag)
        }
    }
}
