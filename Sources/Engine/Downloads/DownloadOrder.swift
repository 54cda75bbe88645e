import Foundation
import Platform

/// A file that a project publishes.
package struct PublishedFile: Sendable {
    /// Its address.
    package let url: String
    /// Its name, which promises the first digits of its hash or says nothing of it.
    package let fileName: String
    /// Where it comes from, in words.
    package let origin: String
    /// Under which conditions it may be used; nil where the project says nothing.
    package let license: String?
    /// Its size; nil where it is not stated.
    package let bytes: Int?

    /// A file of these facts.
    package init(url: String, fileName: String, origin: String, license: String?, bytes: Int?) {
        self.url = url
        self.fileName = fileName
        self.origin = origin
        self.license = license
        self.bytes = bytes
    }
}

/// One name that was asked for, and how it is fetched.
package struct DownloadOrder {
    private let name: String
    private let settings: DownloadSettings
    private let update: Bool
    private let cancellation: Cancellation
    private let cached: () -> [String]

    /// An order for what was asked for as `name`.
    ///
    /// - Parameters:
    ///   - update: whether to ask for a newer version of what is in a cache.
    ///   - cached: the models that can be loaded without a network.
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

extension DownloadOrder {
    /// Fetches a published file from its project's server, unless it is there.
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

    /// Runs `body` with what it needs to fetch and to tell of it.
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

extension DownloadOrder {
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
            // What is there is better than nothing, where no server can be asked.
            if let commit, hasWeights, let failure = error.other(as: DownloadError.self), failure.reason.isUnreachable {
                return .init(commit: commit, license: license(of: cache))
            }
            throw error
        }
    }

    /// Whether nothing about the repository has to be asked. Python fetches only what it needs, which may be less.
    private func isComplete(_ cache: HubCache, _ commit: String) -> Bool {
        let configuration = "\(cache.snapshot(commit))/\(HubFiles.configuration)"
        if HubFiles.isComplete(configurationAt: configuration) { return true }
        return cache.knows(HubFiles.configuration, in: commit) && cache.knows(HubFiles.preprocessor, in: commit)
    }

    private func download(
        _ cache: HubCache, progress: (DownloadProgress) -> Void
    ) throws(EngineError) -> HubDownload.Result {
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
            return try HubDownload(cache: cache, hub: hub, meter: meter, cancellation: cancellation).run()
        }
    }

    private func license(of cache: HubCache) -> String? {
        HubCatalog.entries.first { $0.repository == cache.name.repository }?.license
    }
}
