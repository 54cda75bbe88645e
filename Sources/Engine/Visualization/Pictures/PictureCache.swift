import Downloads
import Foundation
import Platform
import Synchronization

/// The user's pictures, kept so that a render of a known recipe is shown at once.
///
/// The folder may be emptied at any time. Its size is limited by removing the pictures that were not used for longest.
public final class PictureCache: Sendable {
    /// The pictures.
    public let store: PictureStore
    private let limitBytes: Int
    /// The number of pictures kept so far; the size is checked at the first and at regular intervals after it.
    private let keptCount = Atomic<Int>(0)

    /// The default limit of the size in bytes: some ten thousand pictures of 128 pixels.
    public static let defaultLimit = 1_000_000_000
    /// The number of pictures between two checks of the size.
    private static let interval = 64

    /// Creates a cache in this folder, which need not exist yet.
    public init(_ folder: String, limitBytes: Int = PictureCache.defaultLimit) {
        store = PictureStore(folder)
        self.limitBytes = limitBytes
    }

    /// Creates the cache of this environment; nil if it is switched off.
    public convenience init?(environment: DownloadEnvironment) {
        guard let folder = environment.pictureCache else { return nil }
        self.init(folder)
    }

    /// Returns the finished render of a recipe if all of its pictures are in the cache.
    ///
    /// Pictures, activations and history are those of the render that made them.
    ///
    /// - Throws: ``EngineError`` `.invalidValue` if the recipe is invalid.
    public func rendering(of recipe: Recipe, by subject: any RenderSubject) throws(EngineError) -> Rendering? {
        let start = ContinuousClock.now
        try recipe.validate()
        try recipe.validate(for: subject)
        guard recipe.makesPicturesAlone else { return nil }
        let facts = subject.pictureFacts
        var found: [StoredPicture] = []
        var names: [String] = []
        for index in recipe.objectives.indices {
            let key = try PictureKey(recipe.alone(index), facts: facts)
            guard let (name, picture) = find(key), picture.matches(recipe) else { return nil }
            found.append(picture)
            names.append(name)
        }
        // The file dates record the last use: what was used last is removed last.
        for name in names { utimensat(AT_FDCWD, store.path(of: name), nil, 0) }
        let duration = ContinuousClock.now - start
        let pictures = found.indices.map { index in
            Picture(
                image: found[index].image, recipe: recipe, index: index, activation: found[index].activation,
                label: subject.words(of: recipe.objectives[index]), notes: found[index].notes)
        }
        let steps = found[0].history.count
        var rendering = Rendering(
            pictures: pictures, recipe: recipe, steps: steps,
            seconds: duration.inSeconds, stop: .finished,
            history: (0..<steps).map { step in found.map { $0.history[step] } }, isKept: true)
        let masks = found.compactMap(\.mask)
        if masks.count == found.count { rendering.masks = masks }
        return rendering
    }

    /// Returns the picture of a key and the name under which it is kept, which may be one given by version 1.
    private func find(_ key: PictureKey) -> (name: String, picture: StoredPicture)? {
        if let picture = store.picture(for: key) { return (key.name, picture) }
        for name in key.namesWithDefaults {
            if let picture = store.picture(named: name) { return (name, picture) }
        }
        return nil
    }

    /// Keeps the pictures of a render that took all of its steps; otherwise keeps none.
    ///
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    public func keep(_ rendering: Rendering, by subject: any RenderSubject) throws(EngineError) {
        guard rendering.stop == .finished, rendering.recipe.makesPicturesAlone else { return }
        let facts = subject.pictureFacts
        for index in rendering.pictures.indices {
            let stored = StoredPicture(index, of: rendering, withMask: true)
            guard stored.activation.isFinite else { continue }
            let key = try PictureKey(rendering.recipe.alone(index), facts: facts)
            switch store.state(of: key.name) {
            case .whole: continue
            case .missing: break
            case .broken, .foreign: try store.moveAside(key.name)
            }
            try store.keep(stored, for: key)
            if keptCount.add(1, ordering: .relaxed).oldValue % Self.interval == 0 { trim() }
        }
    }

    /// Removes the pictures that were not used for longest, until a fifth of the size is free again.
    package func trim() {
        var files: [(path: String, bytes: Int, date: Date)] = []
        let names = store.names().map { store.path(of: $0) } + entries(of: store.aside).map { "\(store.aside)/\($0)" }
        for path in names {
            var facts = stat()
            guard stat(path, &facts) == 0, let date = modificationDate(path) else { continue }
            files.append((path, Int(facts.st_blocks) * 512, date))
        }
        var size = files.reduce(0) { $0 + $1.bytes }
        if size > limitBytes {
            for file in files.sorted(by: { ($0.date, $0.path) < ($1.date, $1.path) }) where size > limitBytes / 5 * 4 {
                if unlink(file.path) == 0 { size -= file.bytes }
            }
        }
        store.removeAbandoned(before: Date(timeIntervalSinceNow: -86_400))
    }
}

extension StoredPicture {
    /// Returns whether the picture has the size and the number of steps of the recipe.
    fileprivate func matches(_ recipe: Recipe) -> Bool {
        history.count == min(recipe.stopAfter ?? .max, recipe.totalSteps)
            && (recipe.stopAfter != nil
                || image.width == recipe.lastStage.width && image.height == recipe.lastStage.height)
    }
}
