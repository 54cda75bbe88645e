import Compute
import Images
import Models
import Platform
import Visualization

/// Whether a map shows what a model uses: what happens to the objective when the pixels that the map names are taken away.
///
/// Source: Petsiuk et al. 2018, arXiv:1806.07421 (deletion, insertion); Bhatt et al. 2020, arXiv:2005.00631 (MuFidelity);
/// Chefer et al. 2021, arXiv:2012.09838, section 4 (10 % to 90 %). Constants: Xplique's (`xplique/metrics/fidelity.py`).
public struct Faithfulness: Sendable {
    /// How maps are tested.
    public struct Settings: Hashable, Sendable {
        /// How many steps deletion and insertion take.
        public var steps = 10
        /// How many cells MuFidelity cuts the picture into, along each side.
        public var grid = 9
        /// The share of the cells that one sample of MuFidelity takes away.
        public var share: Float = 0.2
        /// How many samples MuFidelity takes; 0 to leave it out.
        public var samples = 200
        /// The seed of the samples, and of the random map.
        public var seed: UInt64 = 0

        /// Creates settings; the defaults are Xplique's.
        public init() {}

        func validate() throws(EngineError) {
            guard (1...1000).contains(steps) else {
                throw .invalidValue(what: "The number of steps", found: "\(steps)", expected: "1 to 1000")
            }
            guard samples == 0 || (3...100_000).contains(samples) else {
                throw .invalidValue(what: "The number of samples", found: "\(samples)", expected: "0, or 3 to 100000")
            }
        }
    }

    /// The result for one map.
    public struct Score: Sendable {
        /// The map's name.
        public let label: String
        /// The objective's value with a growing share of the pixels set to the mean color, the strongest first: one number
        /// more than there are steps.
        public let deletion: [Float]
        /// The objective's value with a growing share of the pixels put into the mean color, the strongest first.
        public let insertion: [Float]
        /// The objective's value with 10 % to 90 % of the pixels set to the mean color, the strongest first.
        public let strongestMasked: [Float]
        /// The same, the weakest first.
        public let weakestMasked: [Float]
        /// For how many of the nine shares the class stays the first, the strongest masked first; nil for an objective that
        /// is no class.
        public let firstWhileStrongestMasked: Int?
        /// The same, the weakest masked first.
        public let firstWhileWeakestMasked: Int?
        /// The rank correlation of what the map says about a part of the picture with what its removal does, −1…1; NaN if
        /// it was left out.
        public let muFidelity: Float

        /// The area under the deletion curve: small for a faithful map.
        public var deletionArea: Float { Self.area(deletion) }
        /// The area under the insertion curve: large for a faithful map.
        public var insertionArea: Float { Self.area(insertion) }
        /// The mean over 10 % to 90 %, the strongest masked first: small for a faithful map.
        public var strongestMaskedMean: Float { Self.mean(strongestMasked) }
        /// The mean over 10 % to 90 %, the weakest masked first: large for a faithful map.
        public var weakestMaskedMean: Float { Self.mean(weakestMasked) }

        /// Returns the area under a curve of evenly spaced points from 0 to 1, by trapezoids.
        static func area(_ values: [Float]) -> Float {
            guard values.count > 1 else { return values.first ?? .nan }
            let sum = zip(values, values.dropFirst()).reduce(0.0) { $0 + (Double($1.0) + Double($1.1)) / 2 }
            return Float(sum / Double(values.count - 1))
        }

        private static func mean(_ values: [Float]) -> Float {
            Float(values.reduce(0.0) { $0 + Double($1) } / Double(max(values.count, 1)))
        }
    }

    /// The model's name.
    public let model: String
    /// The objective in words.
    public let label: String
    /// The objective's value on the photograph.
    public let value: Float
    /// The objective's value on the mean color alone.
    public let baseline: Float
    /// How the maps were tested.
    public let settings: Settings
    /// The scores, in the maps' order; the last is the random map's. Those so far if the test was interrupted.
    public let scores: [Score]
    /// The tested maps, the random one last.
    public let maps: [HeatMap]

    /// Whether the test was interrupted.
    public var wasInterrupted: Bool { scores.count < maps.count }

    /// The deletion and insertion curves of all maps.
    public var plot: LinePlot {
        let lines = scores.enumerated().flatMap { index, score in
            [
                LinePlot.Line(score.label, points: Self.points(score.deletion), color: index),
                LinePlot.Line("", points: Self.points(score.insertion), color: index, stroke: .dashed),
            ]
        }
        return LinePlot(
            lines, title: "\(label): pixels taken away (solid) and put in (dashed), the strongest first",
            xLabel: "share of the pixels", yLabel: "objective", xRange: 0...1, countsX: false)
    }

    private static func points(_ values: [Float]) -> [SIMD2<Double>] {
        values.enumerated().map { [Double($0) / Double(max(values.count - 1, 1)), Double($1)] }
    }
}
