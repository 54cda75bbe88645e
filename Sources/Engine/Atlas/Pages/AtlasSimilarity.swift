import Compute
import Images
import Models
import Visualization

/// The similarity of a layer's neurons: the cosine between vectors that represent them.
struct AtlasSimilarity {
    /// The vectors, `[count, width]`, each of length 1 or 0.
    private var values: [Float]
    private let count: Int
    private let width: Int

    /// How many neurons are named at each end at most.
    static let named = 8
    /// How many rows are compared with all others at once.
    private static let piece = 128

    /// Normalizes the vectors of neurons, one for each.
    init(_ vectors: [[Float]]) {
        count = vectors.count
        width = vectors.first?.count ?? 0
        values = []
        values.reserveCapacity(count * width)
        for vector in vectors {
            let size = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            values += vector.map { size > 0 ? Float(Double($0) / size) : 0 }
        }
    }

    /// Returns the vector that represents a picture: 16 × 16 pixels of red, green and blue, each channel without its
    /// mean.
    ///
    /// The cosine of two such vectors is the correlation of the small pictures. Pictures are similar when they have
    /// similar shapes and colors in the same places.
    static func vector(ofTile tile: Image) -> [Float] {
        let planes = tile.resized(width: 16, height: 16).planes.values
        let plane = planes.count / 3
        return (0..<3).flatMap { channel in
            let part = planes[channel * plane..<(channel + 1) * plane]
            let mean = part.reduce(0, +) / Float(plane)
            return part.map { $0 - mean }
        }
    }

    /// Returns, for each neuron, those that are most and least similar to it.
    ///
    /// - Parameter numbers: the neurons' numbers, in the order of their vectors.
    func extremes(_ numbers: [Int]) -> [AtlasLayerData.Extremes] {
        guard count > 1, width > 0 else { return [] }
        var result: [AtlasLayerData.Extremes] = []
        var rows = [Float](repeating: 0, count: Self.piece * count)
        for first in stride(from: 0, to: count, by: Self.piece) {
            let piece = min(Self.piece, count - first)
            values.withUnsafeBufferPointer { values in
                rows.withUnsafeMutableBufferPointer { rows in
                    guard let vectors = values.baseAddress, let result = rows.baseAddress else { return }
                    MatrixProduct.multiply(
                        rows: piece, columns: count, inner: width, vectors + first * width, stride: width, vectors,
                        stride: width, transposeB: true, into: result, stride: count)
                }
            }
            for row in 0..<piece {
                result.append(extremes(of: first + row, Array(rows[row * count..<(row + 1) * count]), numbers))
            }
        }
        return result
    }

    private func extremes(of own: Int, _ similarities: [Float], _ numbers: [Int]) -> AtlasLayerData.Extremes {
        // Sorted by the rounded values, so that the order does not depend on digits that are not shown.
        var all: [AtlasLayerData.Likeness] = []
        all.reserveCapacity(count)
        for (index, value) in similarities.enumerated() where index != own {
            all.append(.init(neuron: numbers[index], value: (Double(value) * 1000).rounded() / 1000 + 0))
        }
        all.sort { ($1.value, $0.neuron) < ($0.value, $1.neuron) }
        // If there are few neurons, none is named at both ends.
        let most = min(Self.named, (all.count + 1) / 2)
        return .init(
            most: Array(all.prefix(most)), least: Array(all.dropFirst(most).suffix(Self.named).reversed()))
    }
}

extension Model {
    /// Returns the weights that compute each feature of a layer, a vector for each; nil unless a single linear layer
    /// computes them.
    ///
    /// Elementwise functions and a scale of each feature may follow the linear layer.
    func featureWeights(at address: String) -> [[Float]]? {
        guard var node = graph.node(address), let features = try? layerShape(address).features else { return nil }
        var factors = [Float](repeating: 1, count: features)
        while let operation = graph.nodes[node].operation {
            switch operation.descriptor {
            case .linear(let weight, _):
                guard weight.shape[0] == features else { return nil }
                let inputs = weight.shape.count / features
                return (0..<features).map { feature in
                    (0..<inputs).map { factors[feature] * weight.values[feature * inputs + $0] }
                }
            case .scale(let factor, _): for feature in 0..<features { factors[feature] *= factor.values[feature] }
            case .elementwise: break
            default: return nil
            }
            node = graph.nodes[node].inputs[0]
        }
        return nil
    }
}
