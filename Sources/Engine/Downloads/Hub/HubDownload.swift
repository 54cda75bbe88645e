import Foundation
import Platform

/// The download of a repository's model into the hub's cache.
package struct HubDownload {
    let cache: HubCache
    let hub: HubClient
    let meter: ProgressMeter
    let cancellation: Cancellation

    /// The result of a download.
    package struct Result {
        /// The downloaded commit.
        package let commit: String
        /// The license; nil if it is not stated.
        package let license: String?
    }

    /// Downloads configuration and weights, and records their commit.
    func run() throws(TransferError) -> Result {
        let listing = try hub.listing()
        if let unsafe = listing.files?.sorted().first(where: { !isSafeRelativePath($0) }) {
            throw .failed(.unsafeName(unsafe))
        }
        var found = Findings(revision: listing.commit ?? cache.name.revision, listing: listing)
        var files: [HubFile] = []
        // The configuration comes first, because its commit is used for everything else.
        for name in [HubFiles.configuration, HubFiles.preprocessor, HubFiles.openCLIP] {
            if let file = try describe(name, &found) { files.append(file) }
        }
        files += try tokenizer(&found)
        let weights = try weights(&found)
        files += weights
        let missing = files.filter { !cache.has($0.name, in: $0.commit) }
        let sizes = missing.compactMap(\.bytes)
        meter.expect(
            totalBytes: sizes.count == missing.count ? sizes.reduce(0, +) : nil, license: listing.license)
        meter.announce()
        try checkRoom(for: missing)
        for file in missing { try fetch(file, meter: meter) }
        try locally { () throws(EngineError) in try cache.recordCommit(found.revision) }
        return Result(commit: found.revision, license: listing.license)
    }

    /// What is known while files are searched for.
    struct Findings {
        /// The requested revision: a commit, as soon as one is known.
        var revision: String
        let listing: HubListing
        var names: [String] = []
    }

    /// Requests what the hub states about a file; nil if the repository lacks it.
    func describe(_ name: String, _ found: inout Findings) throws(TransferError) -> HubFile? {
        if let files = found.listing.files, !files.contains(name) {
            if isCommitHash(found.revision) { cache.recordAbsence(of: name, in: found.revision) }
            return nil
        }
        guard let file = try hub.describe(name, in: found.revision) else {
            if isCommitHash(found.revision) { cache.recordAbsence(of: name, in: found.revision) }
            return nil
        }
        found.revision = file.commit
        return file
    }

    /// Returns the files of the tokenizer, of the first kind that the repository lists; none if it lists none.
    private func tokenizer(_ found: inout Findings) throws(TransferError) -> [HubFile] {
        guard let listed = found.listing.files,
            let names = HubFiles.tokenizers.first(where: { listed.isSuperset(of: $0) })
        else { return [] }
        var files: [HubFile] = []
        for name in names {
            if let file = try describe(name, &found) { files.append(file) }
        }
        return files
    }

    /// Returns the files of the weights, of the first kind that the repository has.
    private func weights(_ found: inout Findings) throws(TransferError) -> [HubFile] {
        for name in HubFiles.weights {
            guard let file = try describe(name, &found) else { continue }
            guard name.hasSuffix(HubFiles.indexSuffix) else { return [file] }
            // The index is small, and the size of the rest is unknown without it.
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

    /// Checks that there is room on the disk for all files together.
    func checkRoom(for files: [HubFile]) throws(TransferError) {
        let needed = files.reduce(0) { sum, file in
            sum + max(0, (file.bytes ?? 0) - size(of: cache.place(tag: file.tag).partial))
        }
        guard let free = hub.client.settings.freeBytes(cache.folder), free < needed else { return }
        throw .failed(.diskFull(folder: cache.root, neededBytes: needed, availableBytes: free))
    }

    func fetch(_ file: HubFile, meter: ProgressMeter) throws(TransferError) {
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
