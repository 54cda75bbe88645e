import Compute
import Foundation
import Images
import Models
import Platform
import Visualization

// The way of pictures through the blocks.
extension Model {
    private var pathLayers: [String] { (0..<blockCount).map { "blocks.\($0)" }.filter { graph.layer($0) != nil } }

    /// Returns the ranks of pictures' activations after each block, with mean 0 and length 1, so that their products are
    /// Spearman's correlations: `[pictures][blocks][values]`.
    ///
    /// - Throws: ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    package func blockRanks(of images: [Image], cancellation: Cancellation?) throws(EngineError) -> [[[Float]]] {
        let layers = pathLayers
        guard !layers.isEmpty, !images.isEmpty else { return images.map { _ in [] } }
        var ranks: [[[Float]]] = []
        try InputBatch(inputs(images), of: self).forEachPiece(
            of: self, layers: layers, gradient: false, progress: nil
        ) { executor throws(EngineError) in
            try executor.forward(cancellation: cancellation)
            let batch = executor.plan.batch
            var outputs: [[Float]] = []
            for place in layers.indices {
                executor.readOutput(of: LayerIndex(place)) { output in
                    let count = output.count / batch
                    for picture in 0..<batch { outputs.append(Array(output[picture * count..<(picture + 1) * count])) }
                }
            }
            let lock = NSLock()
            nonisolated(unsafe) var found = [[Float]](repeating: [], count: outputs.count)
            concurrently(outputs.count, threads: host.threadCount) { [outputs] index in
                let ranks = standardizedRanks(outputs[index])
                lock.withLock { found[index] = ranks }
            }
            for picture in 0..<batch { ranks.append(layers.indices.map { found[$0 * batch + picture] }) }
        }
        return ranks
    }

    /// Returns how alike the way of pictures is to that of photographs.
    ///
    /// - Parameters:
    ///   - pictures: the ``blockRanks(of:cancellation:)`` of pictures.
    ///   - strong: those of at least two photographs that drive the objective.
    ///   - weak: those of other photographs.
    package func path(
        of pictures: ArraySlice<[[Float]]>, strong: ArraySlice<[[Float]]>, weak: ArraySlice<[[Float]]>
    ) -> [Trust.PathPoint] {
        pathLayers.enumerated().map { block, layer in
            let (a, b, c) = (
                RankSum(pictures.map { $0[block] }), RankSum(strong.map { $0[block] }), RankSum(weak.map { $0[block] })
            )
            return Trust.PathPoint(
                layer: layer, pictures: a.meanProduct(with: b), same: b.meanProductOfDifferent,
                different: b.meanProduct(with: c))
        }
    }
}

/// The sum of vectors, from which the mean product of all pairs follows.
private struct RankSum {
    private let sum: [Double]
    private let count: Int
    /// The sum of the squared lengths: 1 for each vector that is not constant.
    private let lengths: Double

    init(_ vectors: [[Float]]) {
        var sum = [Double](repeating: 0, count: vectors.first?.count ?? 0)
        var lengths = 0.0
        for vector in vectors {
            for (place, value) in vector.enumerated() {
                sum[place] += Double(value)
                lengths += Double(value) * Double(value)
            }
        }
        (self.sum, self.lengths, count) = (sum, lengths, vectors.count)
    }

    func meanProduct(with other: RankSum) -> Double {
        count > 0 && other.count > 0 ? product(with: other) / Double(count * other.count) : .nan
    }

    /// The mean product of each vector with each other.
    var meanProductOfDifferent: Double {
        count > 1 ? (product(with: self) - lengths) / Double(count * (count - 1)) : .nan
    }

    private func product(with other: RankSum) -> Double {
        var result = 0.0
        for (a, b) in zip(sum, other.sum) { result += a * b }
        return result
    }
}

/// Returns the ranks of numbers with mean 0 and length 1.
private func standardizedRanks(_ values: [Float]) -> [Float] {
    let ranks = ranks(values.map(Double.init))
    let mean = Double(values.count - 1) / 2
    let length = ranks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
    return ranks.map { length > 0 ? Float(($0 - mean) / length) : 0 }
}
