import Compute
import Foundation
import Models
import Platform
import Visualization

/// The progress of finding words for neurons.
public struct LabelProgress: Sendable {
    /// What is done now: "reading words".
    public let work: String
    /// How much of it is done.
    public let done: Int
    /// How much there is.
    public let total: Int
}

extension Model {
    /// Finds words for the neurons of a layer by the photographs that drive them, as CLIP-Dissect does.
    ///
    /// The photographs go through this model and through the reader, which compares them with the words. The memory that
    /// it takes grows with the photographs only by the reader's features of each.
    ///
    /// - Parameters:
    ///   - layer: the layer's address.
    ///   - neurons: which of its neurons; nil for all. The score of a word takes into account how well it fits the others.
    ///   - words: the words; empty and repeated ones are left out.
    ///   - folder: a folder of photographs, ideally thousands, as for
    ///     ``topImages(in:for:count:by:references:cancellation:progress:)``.
    ///   - reader: the model that compares photographs with words: a CLIP, this one or another.
    ///   - photographs: how many of the strongest photographs describe a neuron; nil for CLIP-Dissect's 100, or for a
    ///     tenth of a folder of fewer than 1,000, where 100 would be much the same for all neurons.
    ///   - activation: which rows of the layer are read.
    ///   - templates: the texts that are made of a word.
    ///   - count: how many words to keep for each neuron.
    ///   - progress: is called often with what is being done.
    /// - Returns: the words, found on all photographs, or on those that were read before an interrupt.
    /// - Throws: ``TextError/noTextTower(model:family:)`` for the reader; ``EngineError/invalidValue(what:found:expected:)``
    ///   without words or photographs; ``EngineError/noPatches(layer:model:shape:)``,
    ///   ``EngineError/unknownLayer(address:model:near:)``, ``EngineError/outOfRange(what:index:count:place:)``; the
    ///   errors of ``topImages(in:for:count:by:references:cancellation:progress:)`` and
    ///   ``TextTower/embeddings(of:cancellation:progress:)``.
    public func labels(
        at layer: String, neurons: [Int]? = nil, with words: [String], in folder: String, by reader: Model,
        photographs: Int? = nil, activation: NeuronLabels.Reading = .patches, templates: TextTemplates = .plain,
        count: Int = 5, cancellation: Cancellation? = nil, progress: ((LabelProgress) -> Void)? = nil
    ) throws(EngineError) -> NeuronLabels {
        _ = try reader.textTower()
        var known: Set<String> = []
        let words = words.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            .filter { !$0.isEmpty && known.insert($0).inserted }
        guard words.count > 1 else {
            throw .invalidValue(
                what: "The number of words", found: "\(words.count)",
                expected: "2 or more, ideally thousands, to choose among")
        }
        if let photographs, photographs < 1 {
            throw .invalidValue(
                what: "The number of photographs of a neuron", found: "\(photographs)", expected: "1 or more")
        }
        let rows = try ActivationRows(activation, of: layer, in: self)
        let neurons = neurons ?? Array(0..<rows.features)
        for neuron in neurons where !(0..<rows.features).contains(neuron) {
            throw .outOfRange(what: "neuron", index: neuron, count: rows.features, place: "\(layer) of \(name)")
        }
        let texts = try reader.directions(of: words, templates, cancellation: cancellation) {
            progress?(LabelProgress(work: "words", done: $0, total: $1))
        }
        let kept = photographs ?? SoftWPMI.photographCount
        let found = try strongestPhotographs(
            of: neurons, rows, in: folder, count: kept, collectsFeatures: reader === self, cancellation: cancellation,
            progress: progress)
        let reading = found.reading
        let wanted = photographs ?? min(SoftWPMI.photographCount, max(1, (reading.photographCount + 9) / 10))
        let lists = found.paths.map { Array($0.prefix(wanted)) }
        let features =
            reader === self
            ? found.features
            : try reader.directions(
                ofPhotographs: folder, among: Set(lists.joined()), cancellation: cancellation, progress: progress)
        let table = WordScores(lists, features: features, words: texts.vectors)
        let best = table.best(count: max(count, 1), threads: host.threadCount) {
            progress?(LabelProgress(work: "scores of words", done: $0, total: $1))
        }
        let entries = neurons.indices.map { place in
            NeuronLabels.Entry(
                neuron: neurons[place],
                candidates: best[place].map { .init(word: words[$0.word], score: Float($0.score)) },
                photographs: lists[place])
        }
        return NeuronLabels(
            model: name, layer: layer, reader: reader.name, wordCount: words.count, photographsPerNeuron: wanted,
            entries: entries, reading: reading, cutOffCount: texts.cutOffCount)
    }

    /// Returns the paths of the photographs that drive each neuron most, the strongest first.
    ///
    /// - Parameter collectsFeatures: whether the directions of all photographs' features are returned too, by path.
    private func strongestPhotographs(
        of neurons: [Int], _ rows: ActivationRows, in folder: String, count: Int, collectsFeatures: Bool,
        cancellation: Cancellation?, progress: ((LabelProgress) -> Void)?
    ) throws(EngineError) -> (paths: [[String]], features: [String: [Float]], reading: FolderReading) {
        var best = neurons.map { _ in TopK<String>(count: count) }
        var features: [String: [Float]] = [:]
        let layers = [rows.layer] + (collectsFeatures ? ["embedding"] : [])
        let stream = try PhotographStream(of: folder, through: self, layers: layers, cancellation: cancellation)
        let work = "photographs in \(name)"
        let reading = try stream.run(
            progress: { progress?(LabelProgress(work: work, done: $0.done, total: $0.total)) }
        ) { photograph, executor, place in
            if collectsFeatures {
                guard let own = Self.direction(on: executor, LayerIndex(1), picture: place) else { return false }
                features[photograph.path] = own
            }
            return executor.readOutput(of: LayerIndex(0)) { batch in
                let values = rows.activations(of: neurons, in: batch, picture: place)
                guard values.allSatisfy(\.isFinite) else { return false }
                for (index, value) in values.enumerated() {
                    best[index].offer(value, path: photograph.path, photograph.path)
                }
                return true
            }
        }
        return (best.map(\.elements), features, reading)
    }

    /// Returns the direction of a picture's features in a batch; nil if they are not finite.
    private static func direction(on executor: any Executor, _ layer: LayerIndex, picture: Int) -> [Float]? {
        executor.readOutput(of: layer) { batch in
            let width = batch.count / executor.plan.batch
            let own = Array(batch[picture * width..<(picture + 1) * width])
            return own.allSatisfy(\.isFinite) ? own.unitLength : nil
        }
    }

    /// Returns the directions of some photographs' features, by path.
    private func directions(
        ofPhotographs folder: String, among paths: Set<String>, cancellation: Cancellation?,
        progress: ((LabelProgress) -> Void)?
    ) throws(EngineError) -> [String: [Float]] {
        var features: [String: [Float]] = [:]
        let work = "photographs in \(name), the reader"
        let stream = try PhotographStream(
            of: folder, through: self, layers: ["embedding"], cancellation: cancellation)
        _ = try stream.run(
            among: paths,
            progress: { progress?(LabelProgress(work: work, done: $0.done, total: $0.total)) }
        ) { photograph, executor, place in
            guard let own = Self.direction(on: executor, LayerIndex(0), picture: place) else { return false }
            features[photograph.path] = own
            return true
        }
        return features
    }
}

/// The rows of a layer's output from which a neuron's activation on a photograph is read.
struct ActivationRows {
    /// The layer's address.
    let layer: String
    /// The number of neurons.
    let features: Int
    private let rows: [Int]
    private let count: Int
    private let takesStrongest: Bool

    /// Chooses the rows.
    ///
    /// - Throws: ``EngineError/noPatches(layer:model:shape:)``, ``EngineError/unknownLayer(address:model:near:)``,
    ///   ``EngineError/invalidValue(what:found:expected:)`` for a class token that the model lacks.
    init(_ reading: NeuronLabels.Reading, of layer: String, in model: Model) throws(EngineError) {
        let shape = try model.layerShape(layer)
        self.layer = layer
        features = shape.features
        count = shape.extents.count
        takesStrongest = reading == .strongestPatch
        guard reading == .cls, case .tokens(let layout, _) = shape else {
            rows = Array(try model.comparedRows(of: layer))
            return
        }
        guard let token = layout.special.firstIndex(of: "CLS") else {
            throw .invalidValue(
                what: "The row of \(layer) to read", found: "the class token, which \(model.name) lacks",
                expected: "`over: .patches` or `.strongestPatch`")
        }
        rows = [token]
    }

    /// Returns the activations of some neurons on one picture of a batch.
    func activations(of neurons: [Int], in batch: UnsafeBufferPointer<Float>, picture: Int) -> [Float] {
        neurons.map { neuron in
            let values = rows.lazy.map { batch[picture * count + $0 * features + neuron] }
            if takesStrongest { return values.max() ?? 0 }
            return rows.count == 1 ? values[0] : Float(values.reduce(0.0) { $0 + Double($1) } / Double(rows.count))
        }
    }
}
