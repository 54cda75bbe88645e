import Foundation
import Platform

/// One name that was asked for, and how it is fetched.
struct DownloadOrder {
    let name: String
    let settings: DownloadSettings
    let update: Bool
    let cancellation: Cancellation
    /// The models that can be loaded without a network.
    let cached: () -> [String]

    private var environment: DownloadEnvironment { settings.environment }
}

// MARK: - One file of a project

extension DownloadOrder {
    /// The file of known weights, from the cache of torch.hub or its project's server.
    func fetch(
        _ known: KnownWeights, to place: DownloadPlace, progress: (DownloadProgress) -> Void
    ) throws(EngineError) -> LocalWeights {
        if !FileManager.default.fileExists(atPath: place.destination) {
            try download(known, to: place, progress: progress)
        }
        return LocalWeights(known, path: place.destination, name: known.model, origin: known.origin)
    }

    private func download(
        _ known: KnownWeights, to place: DownloadPlace, progress: (DownloadProgress) -> Void
    ) throws(EngineError) {
        let url = environment.mirrored(known.url)
        let plan = DownloadPlan(
            name: name, origin: known.origin, licence: known.licence, totalBytes: known.bytes)
        try metered(plan, isOneFile: true, url: url, forbidden: environment.offlineVariable, progress) {
            (meter, client) throws(TransferError) in
            meter.announce()
            let file = RemoteFile(
                url: url, name: known.fileName, hash: ExpectedHash(fileName: known.fileName))
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
    /// A repository's files, from the cache of huggingface_hub or the hub.
    func fetch(
        _ cache: HubCache, progress: (DownloadProgress) -> Void
    ) throws(EngineError) -> LocalWeights {
        let commit = cache.cachedCommit
        let hasWeights = commit.map { cache.weights(in: $0) != nil } ?? false
        let isOffline = environment.hubOfflineVariable != nil
        if let commit, hasWeights, isOffline || isComplete(cache, commit) && (!update || cache.name.isCommit) {
            return local(cache, commit: commit, licence: nil)
        }
        do {
            let result = try download(cache, progress: progress)
            return local(cache, commit: result.commit, licence: result.licence)
        } catch {
            // What is there is better than nothing, where no server can be asked.
            if let commit, hasWeights, let failure = error.other(as: DownloadError.self), failure.reason.isUnreachable {
                return local(cache, commit: commit, licence: nil)
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
            name: cache.name.repository, origin: "Hugging Face", licence: licence(of: cache), totalBytes: nil)
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

    private func local(_ cache: HubCache, commit: String, licence: String?) -> LocalWeights {
        let repository = cache.name.repository
        let short = repository.split(separator: "/").last.map { String($0) } ?? repository
        return LocalWeights(
            path: cache.snapshot(commit), name: short, origin: "Hugging Face \(repository)@\(commit.prefix(7))",
            licence: licence ?? self.licence(of: cache), preprocessing: nil,
            usesImageNetClasses: Self.isTrainedOnImageNet(repository), stretchesWithOffset: false)
    }

    private func licence(of cache: HubCache) -> String? {
        HubCatalogue.entries.first { $0.repository == cache.name.repository }?.licence
    }

    /// timm's names say what the weights were trained on last: `augreg_in21k_ft_in1k`. Its files name no classes.
    private static func isTrainedOnImageNet(_ repository: String) -> Bool {
        repository.hasPrefix("timm/") && repository.hasSuffix("in1k")
    }
}

extension LocalWeights {
    /// Weights of which only their file is known.
    init(path: String, name: String, origin: String) {
        self.init(
            path: path, name: name, origin: origin, licence: nil, preprocessing: nil, usesImageNetClasses: false,
            stretchesWithOffset: false)
    }

    /// The file of known weights at `path`.
    init(_ known: KnownWeights, path: String, name: String, origin: String) {
        self.init(
            path: path, name: name, origin: origin, licence: known.licence, preprocessing: known.preprocessing,
            usesImageNetClasses: known.usesImageNetClasses, stretchesWithOffset: known.stretchesWithOffset)
    }
}
