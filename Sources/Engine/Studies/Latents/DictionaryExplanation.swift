import Compute
import Models
import Platform

/// What a dictionary makes of a layer's features in one photograph, in numbers.
public struct DictionaryExplanation: Hashable, Sendable {
    /// The layer that the dictionary reads.
    public let layer: String
    /// The share of the features' variance over the tokens that the dictionary misses, Σ‖x − x̂‖² / Σ‖x − mean(x)‖².
    ///
    /// For a layer of one row the variance is around 0.
    public let unexplained: Double
    /// The number of latents above 0 in each row.
    public let active: [Int]
    /// x̂, of the layer's shape.
    public let reconstruction: Tensor

    /// The mean number of latents above 0 in a row, L0.
    public var meanActive: Double { Double(active.reduce(0, +)) / Double(max(active.count, 1)) }

    /// Compares features with what a dictionary makes of their codes.
    ///
    /// - Parameters:
    ///   - features: `[rows, features]`, or `[features]`.
    ///   - codes: `[rows, latents]`, or `[latents]`.
    public init(of features: Tensor, codes: Tensor, by dictionary: LatentDictionary, layer: String) {
        self.layer = layer
        let (width, count) = (dictionary.width, dictionary.count)
        let rows = features.values.count / width
        let found = dictionary.reconstruction(of: codes.values, from: features.values)
        reconstruction = Tensor(found, shape: features.shape)
        active = (0..<rows).map { row in codes.values[row * count..<(row + 1) * count].count { $0 > 0 } }
        var means = [Double](repeating: 0, count: width)
        if rows > 1 {
            for (index, value) in features.values.enumerated() { means[index % width] += Double(value) / Double(rows) }
        }
        var (missed, variance) = (0.0, 0.0)
        for (index, value) in features.values.enumerated() {
            let (error, spread) = (Double(value) - Double(found[index]), Double(value) - means[index % width])
            missed += error * error
            variance += spread * spread
        }
        unexplained = variance > 0 ? missed / variance : 0
    }
}

extension Model {
    /// Computes what a dictionary that reads a layer of this model explains of it in a photograph.
    ///
    /// - Parameters:
    ///   - input: the normalized photograph, `[3, height, width]`.
    ///   - address: the layer that the dictionary reads.
    /// - Throws: the errors of ``activations(at:of:cancellation:progress:)``.
    public func explanation(
        of input: Tensor, at address: String, by dictionary: LatentDictionary, cancellation: Cancellation? = nil
    ) throws(EngineError) -> DictionaryExplanation {
        DictionaryExplanation(
            of: try activations(at: address, of: input, cancellation: cancellation),
            codes: try activations(at: "\(address).\(Model.latents)", of: input, cancellation: cancellation),
            by: dictionary, layer: address)
    }
}
