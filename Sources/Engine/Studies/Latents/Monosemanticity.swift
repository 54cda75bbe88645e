import Compute
import Platform

/// How single-minded the neurons of a layer are: whether the photographs that drive one are alike.
///
///     MS = Σ_{i<j} aᵢ aⱼ cos(eᵢ, eⱼ) / Σ_{i<j} aᵢ aⱼ,  a = (activation − least) / (largest − least)
///
/// over all pairs of photographs, with their features e in another model. 1 if they are the same to that model, and the
/// mean cosine of all pairs if the neuron does not tell photographs apart.
///
/// - Source: Pach et al. 2025, “Sparse Autoencoders Learn Monosemantic Features in Vision-Language Models”,
///   arXiv:2504.02821, section 3.2.
public struct Monosemanticity: Sendable {
    /// The model's name.
    public let model: String
    /// The layer's address.
    public let layer: String
    /// The name of the model that compares the photographs.
    public let judge: String
    /// The layer of that model.
    public let judgeLayer: String
    /// The score of each neuron; nil for one that is the same on all photographs.
    public let scores: [Double?]
    /// The mean cosine of all pairs of photographs.
    public let baseline: Double
    /// The photographs that drive each neuron most, the strongest first.
    public let photographs: [[String]]
    /// The result of reading the folder.
    public let reading: FolderReading

    /// The neurons that have a score, the most single-minded first.
    public var ranked: [Int] {
        scores.indices.filter { scores[$0] != nil }.sorted { (scores[$1] ?? 0, $0) < (scores[$0] ?? 0, $1) }
    }

    /// The scores that there are, in ascending order.
    public var sorted: [Double] { scores.compactMap(\.self).sorted() }
}

/// The running sums from which the scores follow, so that no photograph is kept.
///
/// Scores of pairs are sums over photographs: with unit features e, Σ_{i≠j} aᵢ aⱼ eᵢ·eⱼ = ‖Σ aᵢ eᵢ‖² − Σ aᵢ², and
/// a = (x − l) / (h − l) is linear in x, so that l and h need not be known before the end.
package struct PairSums {
    private let neuronCount: Int
    private let width: Int
    /// Σ x e, `[neurons, width]`.
    private var products: [Double]
    /// Σ e, `[width]`.
    private var features: [Double]
    private var sums: [Double]
    private var squares: [Double]
    private var least: [Float]
    private var largest: [Float]
    /// How many photographs were added.
    package private(set) var count = 0
    private var waitingValues: [Float] = []
    private var waitingFeatures: [Float] = []

    /// How many photographs are multiplied together.
    private static let together = 64

    /// Creates sums of nothing.
    ///
    /// - Throws: ``EngineError/libraryMissing(name:package:)``.
    package init(neurons: Int, width: Int) throws(EngineError) {
        try MatrixProduct.prepare()
        neuronCount = neurons
        self.width = width
        products = [Double](repeating: 0, count: neurons * width)
        features = [Double](repeating: 0, count: width)
        sums = [Double](repeating: 0, count: neurons)
        squares = sums
        least = [Float](repeating: .infinity, count: neurons)
        largest = [Float](repeating: -.infinity, count: neurons)
    }

    /// Adds a photograph.
    ///
    /// - Parameters:
    ///   - values: each neuron's activation.
    ///   - feature: the photograph's features, of length 1.
    package mutating func add(_ values: [Float], _ feature: [Float]) {
        count += 1
        for (neuron, value) in values.enumerated() {
            sums[neuron] += Double(value)
            squares[neuron] += Double(value) * Double(value)
            least[neuron] = min(least[neuron], value)
            largest[neuron] = max(largest[neuron], value)
        }
        for (place, value) in feature.enumerated() { features[place] += Double(value) }
        waitingValues += values
        waitingFeatures += feature
        if waitingValues.count >= Self.together * neuronCount { multiply() }
    }

    private mutating func multiply() {
        let rows = waitingValues.count / max(neuronCount, 1)
        guard rows > 0 else { return }
        let found = [Float](unsafeUninitializedCapacity: neuronCount * width) { result, written in
            waitingValues.withUnsafeBufferPointer { a in
                waitingFeatures.withUnsafeBufferPointer { b in
                    guard let a = a.baseAddress, let b = b.baseAddress, let result = result.baseAddress else { return }
                    MatrixProduct.multiply(
                        rows: neuronCount, columns: width, inner: rows, a, stride: neuronCount, transposeA: true, b,
                        stride: width, into: result, stride: width)
                }
            }
            written = neuronCount * width
        }
        for (index, value) in found.enumerated() { products[index] += Double(value) }
        waitingValues = []
        waitingFeatures = []
    }

    /// Returns the score of each neuron, and the mean cosine of all pairs.
    package mutating func scores() -> (scores: [Double?], baseline: Double) {
        multiply()
        let number = Double(count)
        let length = features.reduce(0) { $0 + $1 * $1 }
        let baseline = count > 1 ? (length - number) / (number * (number - 1)) : 0
        let scores = (0..<neuronCount).map { neuron -> Double? in
            let (low, high) = (Double(least[neuron]), Double(largest[neuron]))
            // Rounding alone tells nearly equal numbers apart.
            guard count > 1, high - low > 1e-6 * max(abs(low), abs(high)) else { return nil }
            let range = high - low
            var squared = 0.0
            for place in 0..<width {
                let value = (products[neuron * width + place] - low * features[place]) / range
                squared += value * value
            }
            let sum = (sums[neuron] - number * low) / range
            let own = (squares[neuron] - 2 * low * sums[neuron] + number * low * low) / (range * range)
            // One photograph alone drives it: there is no pair.
            guard sum * sum - own > 1e-9 * sum * sum else { return nil }
            return (squared - own) / (sum * sum - own)
        }
        return (scores, baseline)
    }
}
