import Foundation
import Platform

/// A file that a project publishes.
package struct PublishedFile: Sendable {
    /// Its address.
    package let url: String
    /// Its name, which may contain the first digits of its hash.
    package let fileName: String
    /// Where it comes from, in words.
    package let origin: String
    /// Its license; nil if the project does not state one.
    package let license: String?
    /// Its size in bytes; nil if it is not stated.
    package let bytes: Int?

    /// Creates a description of a published file.
    package init(url: String, fileName: String, origin: String, license: String?, bytes: Int?) {
        self.url = url
        self.fileName = fileName
        self.origin = origin
        self.license = license
        self.bytes = bytes
    }
}

/// A request for the weights of a name, and how they are fetched.
package struct DownloadRequest {
    private let name: String
    private let settings: DownloadSettings
    private let update: Bool
    private let cancellation: Cancellation
    private let cached: () -> [String]

    /// Creates a request for the weights of `name`.
    ///
    /// - Parameters:
    ///   - update: whether to check for a newer version than the cached one.
    ///   - cached: returns the models that can be loaded without a network.
    package init(
        name: String, settings: DownloadSettings, update: Bool, cancellation: Cancellation,
        cached: @escaping () -> [String]
    ) {
        self.name = name
        self.settings = settings
        self.update = update
        self.cancellation = cancellation
        self.cached = cached
    }

    private var environment: DownloadEnvironment { settings.environment }
}

// MARK: - One file of a project

extension DownloadRequest {
    /// Fetches a published file from its project's server, unless it is cached.
    package func fetch(
        _ published: PublishedFile, to place: DownloadPlace, progress: (DownloadProgress) -> Void
    ) throws(EngineError) {
        if FileManager.default.fileExists(atPath: place.destination) { return }
        let url = environment.mirrored(published.url)
        let plan = DownloadPlan(
            name: name, origin: published.origin, license: published.license, totalBytes: published.bytes)
        try metered(plan, isOneFile: true, url: url, forbidden: environment.offlineVariable, progress) {
            (meter, client) throws(TransferError) in
            meter.announce()
            let file = RemoteFile(
                url: url, name: published.fileName, hash: ExpectedHash(fileName: published.fileName))
            try FileDownload(
                file: file, place: place, client: client, meter: meter, cancellation: cancellation
            ).run()
        }
    }

    /// Runs `body` with a progress meter and an HTTP client.
    private func metered<Result>(
        _ plan: DownloadPlan, isOneFile: Bool, url: String, forbidden variable: String?,
        _ progress: (DownloadProgress) -> Void,
        _ body: (ProgressMeter, HTTPClient) throws(TransferError) -> Result
    ) throws(EngineError) -> Result {
        if let variable {
            throw .downloadFailed(
                name: name, url: shownAddress(url), reason: .offline(variable: variable, cached: cached()))
        }
        try cancellation.check()
        do throws(TransferError) {
            return try withoutActuallyEscaping(progress) { progress throws(TransferError) in
                let meter = ProgressMeter(plan, isOneFile: isOneFile, report: progress)
                let client: HTTPClient
                do throws(DownloadFailure) { client = try HTTPClient(settings) } catch { throw .failed(error) }
                return try body(meter, client)
            }
        } catch {
            throw error.engineError(name: name, url: url)
        }
    }
}

// MARK: - A repository

extension DownloadRequest {
    /// Finds a repository's files in the cache of huggingface_hub, or fetches them from the hub.
    package func fetch(
        _ cache: HubCache, progress: (DownloadProgress) -> Void
    ) throws(EngineError) -> HubDownload.Result {
        let commit = cache.cachedCommit
        let hasWeights = commit.map { cache.weights(in: $0) != nil } ?? false
        let isOffline = environment.hubOfflineVariable != nil
        if let commit, hasWeights, isOffline || isComplete(cache, commit) && (!update || cache.name.isCommit) {
            return .init(commit: commit, license: license(of: cache))
        }
        do {
            let result = try download(cache, progress: progress)
            return .init(commit: result.commit, license: result.license ?? license(of: cache))
        } catch {
            // Falls back to the cached version if no server can be reached.
            if let commit, hasWeights, let failure = error.other(as: DownloadError.self), failure.reason.isUnreachable {
                return .init(commit: commit, license: license(of: cache))
            }
            throw error
        }
    }

    /// Returns whether the cache is complete, so that the hub need not be asked. Python caches only what it needs,
    /// which may be less.
    private func isComplete(_ cache: HubCache, _ commit: String) -> Bool {
        let configuration = "\(cache.snapshot(commit))/\(HubFiles.configuration)"
        if HubFiles.isComplete(configurationAt: configuration) { return true }
        return cache.isKnown(HubFiles.configuration, in: commit) && cache.isKnown(HubFiles.preprocessor, in: commit)
    }

    private func download(
        _ cache: HubCache, progress: (DownloadProgress) -> Void
    ) throws(EngineError) -> HubDownload.Result {
        try download(cache, progress) { download throws(TransferError) in try download.run() }
    }

    private func download<Result>(
        _ cache: HubCache, _ progress: (DownloadProgress) -> Void,
        _ body: (HubDownload) throws(TransferError) -> Result
    ) throws(EngineError) -> Result {
        let endpoint = environment.hubEndpoint
        let plan = DownloadPlan(
            name: cache.name.repository, origin: "Hugging Face", license: license(of: cache), totalBytes: nil)
        return try metered(
            plan, isOneFile: false, url: "\(endpoint)/\(cache.name.repository)",
            forbidden: environment.hubOfflineVariable, progress
        ) { (meter, client) throws(TransferError) in
            let hub = HubClient(
                name: cache.name, endpoint: endpoint, token: environment.hubToken, client: client, meter: meter,
                cancellation: cancellation)
            return try body(HubDownload(cache: cache, hub: hub, meter: meter, cancellation: cancellation))
        }
    }

    /// Finds the file of a dictionary of latents in the cache, or fetches it from the hub, with its settings.
    ///
    /// - Parameter file: a file or a folder of the repository; empty for its only dictionary.
    /// - Returns: its path.
    package func fetchDictionary(
        _ file: String, of cache: HubCache, progress: (DownloadProgress) -> Void
    ) throws(EngineError) -> String {
        let cached = cache.cachedCommit.flatMap { cache.dictionary(file, in: $0) }
        // Whether a repository has only one is known by asking.
        if let cached, !file.isEmpty || environment.hubOfflineVariable != nil { return cached }
        do throws(EngineError) {
            return try download(cache, progress) { download throws(TransferError) in try download.runDictionary(file) }
        } catch {
            if let cached, let failure = error.other(as: DownloadError.self), failure.reason.isUnreachable {
                return cached
            }
            throw error
        }
    }

    private func license(of cache: HubCache) -> String? {
        HubCatalog.entries.first { $0.repository == cache.name.repository }?.license
    }
}
