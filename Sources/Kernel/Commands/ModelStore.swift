import Foundation
import Jupyter
import Platform
import VitrineEngine

/// The warm models: those that are in memory, so that loading them again is free.
///
/// A model is loaded again, and the old one released, if any file has changed that it was loaded from: weights, their
/// parts, the configurations beside them. The model itself keeps the list of these files.
///
/// Two cells that load the same model at the same time share the work.
package final class ModelStore: Sendable {
    /// A request, with its path resolved.
    private struct Key: Hashable {
        /// The file's path, or the name if there is no such file.
        let path: String
        /// The request without its name, since one file has many paths.
        let weights: String?
        let size: PixelSize?
        let settings: ModelSettings
        let classes: [String]?
    }

    private struct State {
        var models: [Key: Model] = [:]
        var order: [Key] = []
        /// The requests that cells are loading now.
        var loading: Set<Key> = []
    }

    /// The result of waiting for a key: a warm model, or the caller's turn to load it.
    private enum Turn {
        case warm(Model)
        case toLoad
    }

    private let state = Monitor(State())
    private let loader: ModelLoader

    /// The interval at which a waiting cell checks whether it was interrupted, in seconds.
    private static let interval = 0.05
    /// The time after which a waiting cell reports that it waits, in seconds.
    private static let noticeDelay = 0.5

    /// Creates an empty store.
    package init(loader: @escaping ModelLoader = EngineLoader.load) { self.loader = loader }

    /// The warm models in the order in which they were loaded.
    package var loaded: [Model] {
        state.withLock { state in state.order.compactMap { state.models[$0] } }
    }

    /// Returns the requested model, and loads it if it is not warm.
    ///
    /// Nothing is locked while a model is loaded: other models can be loaded and used.
    ///
    /// - Parameter progress: called with the progress of a load.
    /// - Throws: an error of the loader; ``EngineError/cancelled``.
    package func load(
        _ request: ModelRequest, cancellation: Cancellation = Cancellation(),
        progress: (LoadProgress) -> Void = { _ in }
    ) throws -> Model {
        let key = Self.key(of: request)
        if case .warm(let model) = try turn(key, request.name, cancellation, progress) { return model }
        defer {
            state.withLock { _ = $0.loading.remove(key) }
            state.wake()
        }
        let model = try loader(request, cancellation, progress)
        state.withLock { state in
            state.models[key] = model
            state.order.removeAll { $0 == key }
            state.order.append(key)
        }
        return model
    }

    /// Returns the request that loaded a warm model; nil for a model that is not warm.
    func request(of model: Model) -> ModelRequest? {
        state.withLock { state in
            state.order.first { state.models[$0] === model }.map { key in
                ModelRequest(
                    name: key.path, weights: key.weights, size: key.size, settings: key.settings, classes: key.classes)
            }
        }
    }

    /// Waits while another cell loads the same model. If that load fails, the next cell in line loads it.
    private func turn(
        _ key: Key, _ name: String, _ cancellation: Cancellation, _ progress: (LoadProgress) -> Void
    ) throws -> Turn {
        let start = steadySeconds()
        // Checked outside the lock, since a disk may be slow.
        let stale = state.withLock { $0.models[key] }.flatMap { $0.isCurrent ? nil : $0 }
        while true {
            let turn: Turn? = state.wait(seconds: Self.interval) { state in
                if let model = state.models[key], model !== stale { return .warm(model) }
                return state.loading.insert(key).inserted ? .toLoad : nil
            }
            if let turn { return turn }
            try cancellation.check()
            if steadySeconds() - start > Self.noticeDelay {
                progress(LoadProgress(title: name, done: 0, total: nil, note: "another cell is loading it"))
            }
        }
    }

    private static func key(of request: ModelRequest) -> Key {
        let path = URL(fileURLWithPath: (request.name as NSString).expandingTildeInPath).resolvingSymlinksInPath().path
        let isFile =
            !Catalog.builtInNames.contains(request.name) && FileManager.default.fileExists(atPath: path)
        return Key(
            path: isFile ? path : request.name, weights: request.weights, size: request.size,
            settings: request.settings, classes: request.classes)
    }
}
