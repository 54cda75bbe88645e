import Compute
import Models
import Platform
import Studies
import Visualization

/// How strongly each photograph of a folder drives some neurons.
struct AtlasScores {
    /// The photographs' paths.
    let paths: [String]
    /// The neurons' values, `[layers of the plan][photographs][neurons]`, each in the order in which they were asked for.
    private let values: [[[Float]]]
    private let columns: [[Int: Int]]

    /// Runs a model on every photograph once.
    ///
    /// - Parameter neurons: the neurons of each layer of the plan.
    /// - Throws: the errors of ``Model/topImages(in:for:count:by:references:cancellation:progress:)``;
    ///   ``EngineError/invalidValue(what:found:expected:)`` if there are too few photographs.
    init(
        of neurons: [[Int]], in plan: AtlasPlan, on folder: String, by model: Model, cancellation: Cancellation,
        progress: @escaping (FolderProgress) -> Void
    ) throws(EngineError) {
        var layers = WantedLayers()
        var readers: [(place: Int, means: FeatureMeans)] = []
        for (place, layer) in plan.layers.enumerated() where !neurons[place].isEmpty {
            readers.append((place, try FeatureMeans(layer.address, of: model, layers: &layers)))
        }
        let stream = try PhotographStream(
            of: folder, through: model, layers: layers.addresses, cancellation: cancellation)
        var (paths, values): ([String], [[[Float]]]) = ([], plan.layers.map { _ in [] })
        let reading = try stream.run(progress: progress) { photograph, executor, picture in
            var rows: [(place: Int, row: [Float])] = []
            for (place, means) in readers {
                let all = means.values(on: executor, picture: picture)
                let row = neurons[place].map { all[$0] }
                guard row.allSatisfy(\.isFinite) else { return false }
                rows.append((place, row))
            }
            paths.append(photograph.path)
            for (place, row) in rows { values[place].append(row) }
            return true
        }
        if reading.wasInterrupted { throw .cancelled }
        guard paths.count >= Trust.fewestPhotographs else {
            throw .invalidValue(
                what: "The number of photographs in “\(folder)”", found: "\(paths.count)",
                expected: "\(Trust.fewestPhotographs) or more to measure trust; hundreds say more than a dozen")
        }
        self.paths = paths
        self.values = values
        columns = neurons.map { own in
            Dictionary(own.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Returns all photographs, the one that drives a neuron most first, with the neuron's values.
    func ranking(layer: Int, neuron: Int) -> [(path: String, value: Float)] {
        guard let column = columns[layer][neuron] else { return [] }
        return zip(paths, values[layer].map { $0[column] }).map { (path: $0, value: $1) }
            .sorted { ($1.value, $0.path) < ($0.value, $1.path) }
    }
}

/// Reads each feature of a layer, averaged over the patches as in the objective of its picture.
struct FeatureMeans {
    private let layer: LayerIndex
    private let shape: LayerShape
    private let rows: [Int]

    init(_ address: String, of model: Model, layers: inout WantedLayers) throws(EngineError) {
        layer = layers.index(of: address)
        shape = try model.layerShape(address)
        rows = try Target(model: model.name, layer: address).tokenIndices(in: shape)
    }

    /// Returns the means for one picture of the executor's batch.
    func values(on executor: any Executor, picture: Int) -> [Float] {
        executor.readOutput(of: layer) { shape.means(of: rows, in: $0, picture: picture).map { Float($0) } }
    }
}
