import Downloads
import Foundation
import Platform

/// Finds weights by a name, and downloads those that are not on this disk.
///
/// A name is, in this order: a built-in model; an existing path; a project's name for its model (`vit_b_32` of
/// torchvision, `dinov2_vits14` of torch.hub …); a repository of the Hugging Face hub
/// (`timm/mixer_b16_224.goog_in21k_ft_in1k`, `facebook/dinov2-small@main`).
public struct ModelSource: Sendable {
    private let settings: DownloadSettings

    private var environment: DownloadEnvironment { settings.environment }

    /// Creates a source that uses the caches of an environment.
    public init(environment: DownloadEnvironment = .process) {
        settings = DownloadSettings(environment)
    }

    /// Creates a source with settings.
    package init(_ settings: DownloadSettings) {
        self.settings = settings
    }

    /// Returns the weights with a name, and downloads them if they are not on this disk.
    ///
    /// - Parameters:
    ///   - weights: which of a project's weights: "IMAGENET1K_SWAG_E2E_V1"; nil for the default. For a file or a
    ///     repository, the part of the file.
    ///   - update: whether to ask the hub for a newer version of cached weights. Otherwise cached weights are used
    ///     without a request.
    ///   - cancellation: stops a download within a tenth of a second; the bytes so far are kept.
    ///   - progress: is called with the file, its size and its license before the download begins, then at most ten
    ///     times a second. It is not called if nothing is downloaded.
    /// - Throws: ``EngineError/unknownModel(name:near:)``, ``EngineError/unknownWeights(weights:model:available:)``,
    ///   ``EngineError/fileMissing(path:)``, ``EngineError/downloadFailed(name:url:reason:)``,
    ///   ``EngineError/fileUnwritable(path:reason:)``, ``EngineError/cancelled``.
    public func resolve(
        _ name: String, weights: String? = nil, update: Bool = false,
        cancellation: Cancellation = Cancellation(), progress: (DownloadProgress) -> Void = { _ in }
    ) throws(EngineError) -> LocalWeights {
        let location = try locate(name, weights: weights)
        let order = DownloadRequest(
            name: name, settings: settings, update: update, cancellation: cancellation, cached: cachedNames)
        switch location {
        case .builtIn(let path):
            return LocalWeights(path: path, name: name, origin: "built in")
        case .local(let path):
            // A published file is recognized by its name in any folder.
            let fileName = URL(fileURLWithPath: path).lastPathComponent
            var local = LocalWeights(path: path, name: Self.stem(of: path), origin: name)
            if let known = KnownWeights.ofFile(fileName) {
                local = LocalWeights(known, path: path, name: Self.stem(of: path), origin: name)
            }
            local.part = weights
            return local
        case .file(let known, let place):
            try order.fetch(known.published, to: place, progress: progress)
            return LocalWeights(known, path: place.destination, name: known.model, origin: known.origin)
        case .repository(let cache):
            var local = LocalWeights(cache, try order.fetch(cache, progress: progress))
            local.part = weights
            return local
        }
    }

    /// Returns where the weights with a name are, or will be after a download. Downloads nothing.
    ///
    /// - Throws: the errors of ``resolve(_:weights:update:cancellation:progress:)`` for unknown names.
    package func locate(_ name: String, weights: String? = nil) throws(EngineError) -> WeightsLocation {
        if let path = Catalog.builtInFile(name) {
            try refuse(weights, of: name)
            return .builtIn(path)
        }
        let path = (name as NSString).expandingTildeInPath
        if !name.isEmpty, FileManager.default.fileExists(atPath: path) {
            return .local(path)
        }
        if let known = try KnownWeights.named(name, weights: weights) {
            return .file(known, place(of: known))
        }
        if let reason = KnownWeights.unpublished[name] {
            throw .downloadFailed(name: name, url: "", reason: .notPublished(reason: reason))
        }
        if Self.looksLikePath(name) { throw .fileMissing(path: name) }
        if let repository = HubName(name) {
            return .repository(HubCache(root: environment.hubCache, name: repository))
        }
        let names = Catalog.builtInNames + KnownWeights.models + HubCatalog.entries.map(\.repository)
        throw .unknownModel(name: name, near: nearest(to: name, among: names))
    }

    private func refuse(_ weights: String?, of name: String) throws(EngineError) {
        if let weights { throw .unknownWeights(weights: weights, model: name, available: []) }
    }

    /// Returns a request for what is no model's weights.
    func request(_ name: String, _ cancellation: Cancellation) -> DownloadRequest {
        DownloadRequest(
            name: name, settings: settings, update: false, cancellation: cancellation, cached: cachedNames)
    }

    /// Returns the cache of a repository.
    func cache(of name: HubName) -> HubCache { HubCache(root: environment.hubCache, name: name) }

    /// Returns where the file of known weights is, or will be after a download.
    func place(of known: KnownWeights) -> DownloadPlace {
        let path = "\(environment.torchCheckpoints)/\(known.fileName)"
        return DownloadPlace(
            destination: path, partial: path + ".partial", lock: path + ".lock", removesLock: true)
    }

    /// Returns whether a name looks like the path of a missing file, rather than a repository.
    private static func looksLikePath(_ name: String) -> Bool {
        let endings = [
            ".safetensors", ".pth", ".pt", ".bin", ".npz", ".npy", ".ckpt", ".onnx", ".gguf", ".h5", ".msgpack",
            ".json", ".zip", ".tar", ".pkl",
        ]
        return name.hasPrefix("/") || name.hasPrefix(".") || name.hasPrefix("~") || name.hasSuffix("/")
            || name.count(where: { $0 == "/" }) > 1 && !name.contains("@")
            || endings.contains { name.lowercased().hasSuffix($0) }
    }

    private static func stem(of path: String) -> String {
        URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    }
}

/// The location of weights, before or after a download.
package enum WeightsLocation: Hashable, Sendable {
    /// A file that comes with the program.
    case builtIn(String)
    /// An existing file or folder.
    case local(String)
    /// A file of a project, in the cache of torch.hub.
    case file(KnownWeights, DownloadPlace)
    /// A repository, in the cache of huggingface_hub.
    case repository(HubCache)
}

// MARK: - Models to download

/// A model that can be loaded by its name.
public struct DownloadableModel: Hashable, Sendable {
    /// The name to load: "vit_b_16", "facebook/dinov2-small".
    public let name: String
    /// The name of the weights; empty if the model has only one version.
    public let weights: String
    /// Whether these are the model's default weights.
    public let isDefault: Bool
    /// The project: "torchvision", "Hugging Face".
    public let project: String
    /// The size of the download in bytes, to within a few percent; nil if it is not stated.
    public let bytes: Int?
    /// The license: "BSD-3-Clause"; nil if it is not stated.
    public let license: String?
    /// Whether the weights are in a cache, so that nothing has to be downloaded.
    public let isCached: Bool
    /// The page on which the terms must be accepted before the first download; nil if there are none to accept.
    public var termsPage: String?
}

extension ModelSource {
    /// Returns every model that can be downloaded by its name, and every repository in the hub's cache.
    ///
    /// It reads the disk only, and sends no request.
    public func downloadable() -> [DownloadableModel] {
        let files = KnownWeights.all
        let known = files.enumerated().map { index, known in
            DownloadableModel(
                name: known.model, weights: known.weights,
                isDefault: index == 0 || files[index - 1].model != known.model, project: known.project,
                bytes: known.bytes, license: known.license, isCached: isCached(known))
        }
        let cached = HubCache.repositories(in: environment.hubCache)
        let listed = HubCatalog.entries.map { entry in
            DownloadableModel(
                name: entry.repository, weights: "", isDefault: true, project: "Hugging Face",
                bytes: entry.parameters * 4, license: entry.license, isCached: cached.contains(entry.repository),
                termsPage: entry.isGated ? "\(environment.hubEndpoint)/\(entry.repository)" : nil)
        }
        let others = cached.filter { name in !listed.contains { $0.name == name } }.map { name in
            DownloadableModel(
                name: name, weights: "", isDefault: true, project: "Hugging Face", bytes: nil, license: nil,
                isCached: true)
        }
        return known + listed + others
    }

    private func isCached(_ known: KnownWeights) -> Bool {
        FileManager.default.fileExists(atPath: place(of: known).destination)
    }

    /// Returns the names of the models that can be loaded without a network.
    private func cachedNames() -> [String] {
        let known = KnownWeights.all.filter(isCached).map { known in
            known.weights.isEmpty ? known.model : "\(known.model) (\(known.weights))"
        }
        return known + HubCache.repositories(in: environment.hubCache)
    }
}
