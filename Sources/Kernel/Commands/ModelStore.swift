import Engine
import Foundation
import Synchronization

/// The models that are warm. Loading one of them again is free; a file that has changed is loaded anew.
final class ModelStore: Sendable {
    /// A file as it was when it was loaded.
    private struct Key: Hashable {
        let path: String
        let size: Int
        let modified: Date
        let classes: [String]?
    }

    private struct State {
        var models: [Key: Model] = [:]
        var order: [Key] = []
    }

    private let state = Mutex(State())

    /// The warm models in the order in which they were loaded.
    var loaded: [Model] {
        state.withLock { state in state.order.compactMap { state.models[$0] } }
    }

    /// A built-in model by its name, or a checkpoint by its path.
    ///
    /// - Parameter classes: the classes' names where the file does not know them.
    func load(_ nameOrPath: String, classes: [String]?) throws -> Model {
        let key = Self.key(nameOrPath, classes: classes)
        if let model = state.withLock({ $0.models[key] }) { return model }
        let model = try Model.load(nameOrPath, classes: classes)
        return state.withLock { state in
            // Another cell may have been quicker; everybody gets the same model.
            if let model = state.models[key] { return model }
            state.models[key] = model
            state.order.append(key)
            return model
        }
    }

    /// The warm model of this name whose weights have this hash, if one is given.
    func model(named name: String, weightsHash: String? = nil) -> Model? {
        loaded.first { $0.name == name && (weightsHash == nil || $0.weightsHash == weightsHash) }
    }

    private static func key(_ nameOrPath: String, classes: [String]?) -> Key {
        let path = URL(fileURLWithPath: (nameOrPath as NSString).expandingTildeInPath).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let isBuiltIn = Catalogue.builtInNames.contains(nameOrPath)
        return Key(
            path: isBuiltIn ? nameOrPath : path, size: isBuiltIn ? 0 : attributes?[.size] as? Int ?? 0,
            modified: isBuiltIn ? .distantPast : attributes?[.modificationDate] as? Date ?? .distantPast,
            classes: classes)
    }
}
