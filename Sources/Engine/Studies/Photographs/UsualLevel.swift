import Platform

/// How strongly each neuron of a layer usually answers: its mean and deviation over many patches.
public struct UsualLevel: Sendable {
    /// What it was measured on.
    public enum Basis: Hashable, Sendable {
        /// The photographs of a folder.
        case folder(FolderReading)
        /// The patches of the one photograph that is looked at.
        case photograph
    }

    /// The model's name.
    public let model: String
    /// The layer's address.
    public let layer: String
    /// What it was measured on.
    public let basis: Basis
    /// How many numbers of each neuron were looked at: patches, or photographs where the layer has no patches.
    public let count: Int
    /// `[features]`: each neuron's mean.
    public let mean: [Float]
    /// `[features]`: each neuron's standard deviation, divided by the number, as NumPy's `std`.
    public let deviation: [Float]

    /// What it was measured on, in words: "the patches of 334 photographs".
    public var words: String {
        switch basis {
        case .folder(let reading): "\(count == reading.photographCount ? "" : "the patches of ")\(reading.words)"
        case .photograph: "this photograph's own \(count) patches"
        }
    }

    /// How many deviations a number lies above a neuron's mean; nil for a neuron that never changes.
    package func zScore(_ value: Float, neuron: Int) -> Float? {
        // Rounding alone moves the mean of equal numbers a little.
        guard deviation[neuron] > 1e-6 * abs(mean[neuron]), deviation[neuron] > 0 else { return nil }
        return (value - mean[neuron]) / deviation[neuron]
    }
}

/// Mean and deviation of each of many neurons, gathered row by row.
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

    /// `[features]`.
    package var mean: [Float] { means.map { Float($0) } }

    /// `[features]`.
    package var deviation: [Float] { squares.map { Float(($0 / Double(max(count, 1))).squareRoot()) } }
}
