import Compute
import Foundation
import Images
import Models
import Platform
import Studies
import Visualization

/// The photographs of a folder that drive each neuron of an atlas most, found in one pass over the folder.
struct AtlasPhotographs {
    /// A photograph that drives a neuron.
    struct Entry: Hashable {
        let path: String
        let activation: Float
    }

    /// How many photographs are kept of each neuron.
    static let kept = 8
    /// The longest side of a small copy, in pixels.
    private static let side = 160

    /// Each neuron's strongest photographs, by the layer's index in the plan and the neuron's number.
    let strongest: [[[Entry]]]
    /// The path of each photograph's small copy in the atlas, by the photograph's path.
    let copies: [String: String]

    /// Runs a model on every photograph once, and writes small copies of the strongest ones.
    ///
    /// A neuron's value is that of its picture's objective: the mean over all patches.
    ///
    /// - Throws: the errors of ``Model/topImages(in:for:count:by:references:cancellation:progress:)``; also
    ///   ``EngineError/fileUnwritable(path:reason:)``.
    init(
        in photographs: String, for plan: AtlasPlan, by model: Model, into atlas: String, cancellation: Cancellation,
        progress: @escaping (FolderProgress) -> Void
    ) throws(EngineError) {
        var readers: [FeatureMeans] = []
        var layers = WantedLayers()
        for layer in plan.layers { readers.append(try FeatureMeans(layer.address, of: model, layers: &layers)) }
        let stream = try PhotographStream(
            of: photographs, through: model, layers: layers.addresses, cancellation: cancellation)
        var best = plan.layers.map { [TopK<Entry>](repeating: .init(count: Self.kept), count: $0.width) }
        let reading = try stream.run(progress: progress) { photograph, executor, place in
            for (layer, reader) in readers.enumerated() {
                let means = reader.values(on: executor, picture: place)
                guard means.allSatisfy(\.isFinite) else { return false }
                for (neuron, value) in means.enumerated() {
                    best[layer][neuron].offer(
                        value, path: photograph.path, Entry(path: photograph.path, activation: value))
                }
            }
            return true
        }
        if reading.wasInterrupted { throw .cancelled }
        strongest = best.map { $0.map(\.elements) }
        var wanted: Set<String> = []
        for (layer, plan) in zip(strongest, plan.layers) {
            for neuron in plan.neurons.joined() { wanted.formUnion(layer[neuron].map(\.path)) }
        }
        var copies: [String: String] = [:]
        try makeFolder(atlas + "/photographs")
        for path in wanted.sorted() {
            try cancellation.check()
            let seen = model.preprocessing.seen(of: try Image(contentsOf: path))
            let scale = min(Double(Self.side) / Double(max(seen.width, seen.height)), 1)
            let small = seen.resized(
                width: max(Int(Double(seen.width) * scale), 1), height: max(Int(Double(seen.height) * scale), 1))
            let name = "photographs/\(small.sha256.prefix(16)).jpg"
            try writeWholeFile("\(atlas)/\(name)", try JPEG.encode(small, quality: 85))
            copies[path] = name
        }
        self.copies = copies
    }
}
