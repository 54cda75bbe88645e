import Platform

/// How strongly each neuron of a layer usually responds: its mean and standard deviation over many patches.
public struct UsualLevel: Sendable {
    /// The patches that a level was measured on.
    public enum Basis: Hashable, Sendable {
        /// The photographs of a folder.
        case folder(FolderReading)
        /// The patches of the photograph that is examined.
        case photograph
    }

    /// The model's name.
    public let model: String
    /// The layer's address.
    public let layer: String
    /// The patches that the level was measured on.
    public let basis: Basis
    /// How many numbers of each neuron were measured: patches, or photographs if the layer has no patches.
    public let count: Int
    /// `[features]`: each neuron's mean.
    public let mean: [Float]
    /// `[features]`: each neuron's population standard deviation (divided by n), as NumPy's `std`.
    public let deviation: [Float]

    /// The basis in words: "the patches of 334 photographs".
    public var words: String {
        switch basis {
        case .folder(let reading): "\(count == reading.photographCount ? "" : "the patches of ")\(reading.words)"
        case .photograph: "this photograph's own \(count) patches"
        }
    }

    /// Returns how many standard deviations a number lies above a neuron's mean; nil for a neuron that never changes.
    package func zScore(_ value: Float, neuron: Int) -> Float? {
        // Rounding alone makes the deviation of equal numbers slightly larger than 0.
        guard deviation[neuron] > 1e-6 * abs(mean[neuron]), deviation[neuron] > 0 else { return nil }
        return (value - mean[neuron]) / deviation[neuron]
    }
}

/// The running mean and standard deviation of many neurons.
///
///     n ← n + 1;  δ = x − μ;  μ ← μ + δ / n;  M₂ ← M₂ + δ · (x − μ);  σ = √(M₂ / n)
///
/// Source: Welford 1962, "Note on a method for calculating corrected sums of squares and products".
package struct RunningStatistics {
    /// How many rows were added.
    package private(set) var count = 0
    private var means: [Double]
    private var squares: [Double]

    package init(features: Int) {
        means = [Double](repeating: 0, count: features)
        squares = means
    }

    /// Adds one number of each neuron.
    package mutating func add(_ row: UnsafeBufferPointer<Float>) {
        count += 1
        let share = 1 / Double(count)
        for index in means.indices {
            let value = Double(row[index])
            let difference = value - means[index]
            means[index] += difference * share
            squares[index] += difference * (value - means[index])
        }
    }

    /// The neurons' means, `[features]`.
    package var mean: [Float] { means.map { Float($0) } }

    /// The neurons' population standard deviations, `[features]`.
    package var deviation: [Float] { squares.map { Float(($0 / Double(max(count, 1))).squareRoot()) } }
}
