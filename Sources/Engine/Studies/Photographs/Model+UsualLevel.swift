import Compute
import Models
import Platform

extension Model {
    /// Measures how strongly the neurons of a layer usually respond to photographs.
    ///
    /// - Parameters:
    ///   - layer: the layer's address. Special tokens are left out; a layer without tokens has one number per
    ///     photograph.
    ///   - folder: a folder of photographs, ideally hundreds, as for
    ///     ``topImages(in:for:count:by:references:cancellation:progress:)``.
    ///   - progress: is called every few files with the progress, and can ask for the level so far.
    /// - Returns: the level over all photographs, or over those that were evaluated before an interrupt.
    /// - Throws: the errors of ``topImages(in:for:count:by:references:cancellation:progress:)``;
    ///   ``EngineError/noPatches(layer:model:shape:)`` for a layer whose rows are neither patches nor photographs.
    public func usualLevel(
        at layer: String, in folder: String, cancellation: Cancellation? = nil,
        progress: ((FolderProgress, _ soFar: () -> UsualLevel) -> Void)? = nil
    ) throws(EngineError) -> UsualLevel {
        let rows = try comparedRows(of: layer)
        let features = try layerShape(layer).features
        let count = try layerShape(layer).extents.count
        let stream = try PhotographStream(of: folder, through: self, layers: [layer], cancellation: cancellation)
        var statistics = RunningStatistics(features: features)
        func result(_ reading: FolderReading) -> UsualLevel {
            UsualLevel(
                model: name, layer: layer, basis: .folder(reading), count: statistics.count, mean: statistics.mean,
                deviation: statistics.deviation)
        }
        let reading = try stream.run(progress: { report in progress?(report) { result(report.reading) } }) {
            _, executor, place in
            executor.readOutput(of: LayerIndex(0)) { batch in
                let output = UnsafeBufferPointer(rebasing: batch[place * count..<(place + 1) * count])
                guard output.allSatisfy(\.isFinite) else { return false }
                for row in rows { statistics.add(.init(rebasing: output[row * features..<(row + 1) * features])) }
                return true
            }
        }
        return result(reading)
    }

    /// Returns the level over the patches of one picture, `[tokens, features]`.
    func usualLevel(at layer: String, ofPatches output: [Float]) throws(EngineError) -> UsualLevel {
        let features = try layerShape(layer).features
        var statistics = RunningStatistics(features: features)
        let rows = try comparedRows(of: layer)
        output.withUnsafeBufferPointer { output in
            for row in rows { statistics.add(.init(rebasing: output[row * features..<(row + 1) * features])) }
        }
        return UsualLevel(
            model: name, layer: layer, basis: .photograph, count: statistics.count, mean: statistics.mean,
            deviation: statistics.deviation)
    }

    /// Returns the rows of a layer's output that are compared: its patches, or its only row.
    ///
    /// - Throws: ``EngineError/noPatches(layer:model:shape:)``, ``EngineError/unknownLayer(address:model:near:)``.
    func comparedRows(of layer: String) throws(EngineError) -> Range<Int> {
        let shape = try layerShape(layer)
        switch shape {
        case .tokens(let layout, _): return layout.firstPatch..<layout.count
        case .vector: return 0..<1
        case .heads, .windows, .pooling, .tokenMixing: throw .noPatches(layer: layer, model: name, shape: shape)
        }
    }
}
