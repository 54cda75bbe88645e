import Compute
import Models
import Platform

extension Model {
    /// Measures how single-minded the neurons of a layer are, by the photographs of a folder.
    ///
    /// The photographs go through this model, and through the judge, whose features say which are alike. The memory that it
    /// takes does not grow with the photographs, except by the judge's features of each.
    ///
    /// - Parameters:
    ///   - address: the layer; the latents of a dictionary are one.
    ///   - folder: a folder of photographs, ideally thousands.
    ///   - judge: another model; one that was trained otherwise is the better judge.
    ///   - judgeAddress: the layer of its features; nil for its embedding, or else the last block.
    ///   - activation: which rows of the layer are read.
    ///   - count: how many photographs are kept for each neuron.
    /// - Throws: the errors of ``topImages(in:for:count:by:cancellation:progress:)``;
    ///   ``EngineError/invalidValue(what:found:expected:)`` for fewer than three photographs.
    /// - Source: see ``Monosemanticity``.
    public func monosemanticity(
        of address: String, in folder: String, by judge: Model, at judgeAddress: String? = nil,
        activation: NeuronLabels.Reading = .patches, count: Int = 4, cancellation: Cancellation? = nil,
        progress: ((LabelProgress) -> Void)? = nil
    ) throws(EngineError) -> Monosemanticity {
        let rows = try ActivationRows(activation, of: address, in: self)
        let place = judgeAddress ?? judge.judgingLayer
        let judged = try judge.features(in: folder, at: place, cancellation: cancellation) {
            progress?(LabelProgress(work: "photographs in \(judge.name), the judge", done: $0.done, total: $0.total))
        }
        if judged.reading.wasInterrupted { throw .cancelled }
        let width = judged.values.shape[1]
        var features: [String: [Float]] = [:]
        for (index, path) in judged.paths.enumerated() {
            features[path] = Array(judged.values.values[index * width..<(index + 1) * width]).unitLength
        }
        let neurons = Array(0..<rows.features)
        var sums = try PairSums(neurons: rows.features, width: width)
        var best = neurons.map { _ in TopK<String>(count: max(count, 1)) }
        let stream = try PhotographStream(of: folder, through: self, layers: [address], cancellation: cancellation)
        let reading = try stream.run(
            progress: { progress?(LabelProgress(work: "photographs in \(self.name)", done: $0.done, total: $0.total)) }
        ) { photograph, executor, place in
            executor.readOutput(of: LayerIndex(0)) { batch in
                let values = rows.activations(of: neurons, in: batch, picture: place)
                guard values.allSatisfy(\.isFinite), let feature = features[photograph.path] else { return false }
                sums.add(values, feature)
                for (index, value) in values.enumerated() {
                    best[index].offer(value, path: photograph.path, photograph.path)
                }
                return true
            }
        }
        guard sums.count > 2 else {
            throw .invalidValue(
                what: "The number of photographs in “\(folder)”", found: "\(sums.count)",
                expected: "3 or more, ideally thousands: the score compares pairs of them")
        }
        let found = sums.scores()
        return Monosemanticity(
            model: name, layer: address, judge: judge.name, judgeLayer: place, scores: found.scores,
            baseline: found.baseline, photographs: best.map(\.elements), reading: reading)
    }

    /// The layer whose features say which photographs are alike: the embedding, or the last block.
    private var judgingLayer: String {
        if graph.layer("embedding") != nil { return "embedding" }
        return blockCount > 0 ? "blocks.\(blockCount - 1)" : graph.layers.last?.address ?? "logits"
    }
}
