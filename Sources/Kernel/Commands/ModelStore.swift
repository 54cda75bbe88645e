import Foundation
import Jupyter
import Platform
import VitrineEngine

/// The models that are warm. Loading one of them again is free.
///
/// A model is loaded anew, and the older one let go, as soon as any file has changed that it was loaded from: weights, their
/// parts, the configurations beside them. A model knows them itself, so none can be forgotten here.
///
/// Two cells that want the same model at the same time share the work.
package final class ModelStore: Sendable {
    /// What was asked for.
    private struct Key: Hashable {
        /// The file's path; the name itself where there is no file of that name.
        let path: String
        /// The request without its name: one file has many paths.
        let weights: String?
        let size: PixelSize?
        let settings: ModelSettings
        let classes: [String]?
    }

    private struct State {
        var models: [Key: Model] = [:]
        var order: [Key] = []
        /// What some cell is loading now.
        var loading: Set<Key> = []
    }

    /// Who may go on with a key.
    private enum Turn {
        case warm(Model)
        case toLoad
    }

    private let state = Monitor(State())
    private let loader: ModelLoader

    /// How often a cell that waits for another looks whether it was interrupted, in seconds.
    private static let interval = 0.05
    /// How long it waits before it says so, in seconds.
    private static let patience = 0.5

    /// A store without models.
    package init(loader: @escaping ModelLoader = EngineLoader.load) { self.loader = loader }

    /// The warm models in the order in which they were loaded.
    package var loaded: [Model] {
        state.withLock { state in state.order.compactMap { state.models[$0] } }
    }

    /// The model that is asked for: the warm one, or loaded now.
    ///
    /// Nothing is locked while a model is loaded: other models can be loaded and used.
    ///
    /// - Parameter progress: told how far a load that takes long is.
    /// - Throws: what the loader throws; ``EngineError/cancelled``.
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

    /// What a warm model was loaded as; nil for one that is not warm.
    func request(of model: Model) -> ModelRequest? {
        state.withLock { state in
            state.order.first { state.models[$0] === model }.map { key in
                ModelRequest(
                    name: key.path, weights: key.weights, size: key.size, settings: key.settings, classes: key.classes)
            }
        }
    }

    /// Waits while another cell loads the same. When that fails, the next one tries.
    private func turn(
        _ key: Key, _ name: String, _ cancellation: Cancellation, _ progress: (LoadProgress) -> Void
    ) throws -> Turn {
        let start = steadySeconds()
        // Asked outside of the lock, since a disk may take its time.
        let stale = state.withLock { $0.models[key] }.flatMap { $0.isCurrent ? nil : $0 }
        while true {
            let turn: Turn? = state.wait(seconds: Self.interval) { state in
                if let model = state.models[key], model !== stale { return .warm(model) }
                return state.loading.insert(key).inserted ? .toLoad : nil
            }
            if let turn { return turn }
            try cancellation.check()
            if steadySeconds() - start > Self.patience {
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
