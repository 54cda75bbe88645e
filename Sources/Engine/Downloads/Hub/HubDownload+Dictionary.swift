import Foundation
import Platform

extension HubDownload {
    /// Downloads the file of a dictionary of latents and its settings, and records their commit.
    ///
    /// - Parameter place: a file or a folder of the repository; empty for its only dictionary.
    /// - Returns: the file's path in the cache.
    func runDictionary(_ place: String) throws(TransferError) -> String {
        let listing = try hub.listing()
        if let unsafe = (listing.files ?? []).union([place]).sorted().first(where: {
            !$0.isEmpty && !isSafeRelativePath($0)
        }) {
            throw .failed(.unsafeName(unsafe))
        }
        let name = try dictionary(place, listing.files)
        var found = Findings(revision: listing.commit ?? cache.name.revision, listing: listing)
        guard let weights = try describe(name, &found) else { throw .failed(.fileMissing) }
        var files = [weights]
        let folder = (name as NSString).deletingLastPathComponent
        for settings in HubFiles.dictionarySettings {
            let beside = folder.isEmpty ? settings : "\(folder)/\(settings)"
            if let file = try describe(beside, &found) { files.append(file) }
        }
        let missing = files.filter { !cache.has($0.name, in: $0.commit) }
        let sizes = missing.compactMap(\.bytes)
        meter.expect(
            totalBytes: sizes.count == missing.count ? sizes.reduce(0, +) : nil, license: listing.license)
        meter.announce()
        try checkRoom(for: missing)
        // The weights come last: where they are, the rest is.
        for file in missing.reversed() { try fetch(file, meter: meter) }
        try locally { () throws(EngineError) in try cache.recordCommit(found.revision) }
        return "\(cache.snapshot(found.revision))/\(name)"
    }

    /// Chooses the file.
    ///
    /// - Parameter files: the files of the repository; nil if the hub does not list them.
    private func dictionary(_ place: String, _ files: Set<String>?) throws(TransferError) -> String {
        guard let files else {
            // A hub without listings is asked for the file that is named, or for saev's.
            if HubDictionaries.isDictionary(place) { return place }
            return place.isEmpty ? "sae.pt" : "\(place)/sae.pt"
        }
        let found = HubDictionaries.candidates(in: files, at: place)
        guard found.count == 1 else { throw .failed(.dictionaryUnclear(found: found)) }
        return found[0]
    }
}

/// The dictionaries of latents among the files of a repository.
enum HubDictionaries {
    /// Returns whether a file's name may be that of a dictionary.
    static func isDictionary(_ name: String) -> Bool {
        [".pt", ".pth", ".safetensors", ".bin"].contains { name.lowercased().hasSuffix($0) }
    }

    /// Returns the dictionaries at a place, sorted: of each folder the file with the most usual name, or else all.
    ///
    /// - Parameter place: a file or a folder; empty for the whole repository.
    static func candidates(in files: Set<String>, at place: String) -> [String] {
        if files.contains(place) { return [place] }
        let prefix = place.isEmpty ? "" : place.hasSuffix("/") ? place : "\(place)/"
        let all = files.filter { $0.hasPrefix(prefix) && isDictionary($0) }
        let folders = Dictionary(grouping: all) { ($0 as NSString).deletingLastPathComponent }
        return folders.values.flatMap { own in
            HubFiles.dictionaries.lazy.compactMap { usual in
                own.first { ($0 as NSString).lastPathComponent == usual }.map { [$0] }
            }.first ?? own
        }.sorted()
    }
}

extension HubCache {
    /// Returns the path of a cached dictionary; nil if it is not there, or if there are several.
    func dictionary(_ place: String, in commit: String) -> String? {
        let root = snapshot(commit)
        if HubDictionaries.isDictionary(place) { return has(place, in: commit) ? "\(root)/\(place)" : nil }
        guard let walk = FileManager.default.enumerator(atPath: root) else { return nil }
        let files = Set(walk.compactMap { $0 as? String })
        let found = HubDictionaries.candidates(in: files, at: place)
        return found.count == 1 ? "\(root)/\(found[0])" : nil
    }
}
