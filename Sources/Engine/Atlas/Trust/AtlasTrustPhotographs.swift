import Images
import Models
import Platform
import Studies

/// What measurements need of photographs, of which many neurons share some.
final class AtlasTrustPhotographs {
    /// A photograph as the model sees it, and what the model makes of it.
    struct Entry {
        let seen: Image
        let ranks: [[Float]]
    }

    private let model: Model
    private let cancellation: Cancellation
    private var entries: [String: (entry: Entry, used: Int)] = [:]
    private var embeddings: [String: [Double]] = [:]
    private var clock = 0
    private let room: Int

    /// The memory for the ranks of photographs.
    private static let bytes = 512 << 20

    init(_ model: Model, cancellation: Cancellation) {
        self.model = model
        self.cancellation = cancellation
        let floats = (0..<model.blockCount).reduce(0) { sum, block in
            sum + (model.graph.layer("blocks.\(block)")?.shape.extents.count ?? 0)
        }
        room = max(Self.bytes / max(4 * floats, 1), 32)
    }

    /// Returns photographs, of which those that were used last are kept.
    ///
    /// - Throws: the errors of reading a picture and of a model.
    func entries(_ paths: [String]) throws(EngineError) -> [Entry] {
        let missing = paths.filter { entries[$0] == nil }
        let images = try model.images(missing)
        let ranks = try model.blockRanks(of: images, cancellation: cancellation)
        for (path, (seen, ranks)) in zip(missing, zip(images, ranks)) {
            entries[path] = (Entry(seen: seen, ranks: ranks), clock)
        }
        clock += 1
        let found = paths.compactMap { path -> Entry? in
            entries[path]?.used = clock
            return entries[path]?.entry
        }
        while entries.count > room, let oldest = entries.min(by: { $0.value.used < $1.value.used })?.key {
            entries[oldest] = nil
        }
        return found
    }

    /// Returns the model's embeddings of photographs.
    func embeddings(_ paths: [String]) throws(EngineError) -> [[Double]] {
        let missing = paths.filter { embeddings[$0] == nil }
        if !missing.isEmpty {
            for (path, vector) in zip(missing, try embeddings(of: try model.images(missing))) {
                embeddings[path] = vector
            }
        }
        return paths.compactMap { embeddings[$0] }
    }

    /// Returns the model's embeddings of pictures.
    func embeddings(of images: [Image]) throws(EngineError) -> [[Double]] {
        let found = try model.embedding(of: model.inputs(images), cancellation: cancellation)
        return images.indices.map { found.part($0).values.map(Double.init) }
    }
}
