import Compute
import Platform
import Visualization

/// The agreement of independent runs toward the same objectives: how similar they are to the model and in their pixels,
/// how strong each is, and whether one objective's pictures drive another.
///
/// Source: the article *Feature Visualisation for Transformers (a first attempt)*, whose author gives up because two
/// runs differ; Zimmermann et al. 2021, arXiv:2106.12447, for the comparison with natural images.
public struct Consistency: Sendable {
    /// How the runs are made.
    public struct Settings: Hashable, Sendable {
        /// How many pictures of each objective there are, at least 2.
        public var runs: Int
        /// The first run's seed; each following run has the next number.
        public var seed: UInt64
        /// How many steps each run takes; nil for the recipe's own number.
        public var steps: Int?
        /// The recipe of the pictures.
        public var recipe: RecipeName
        /// A procedure in one stage that replaces the recipe's; nil for the recipe's own.
        public var procedure: Procedure?
        /// The longer side of the pictures in pixels; nil for the recipe's own.
        public var size: Int?
        /// A folder of photographs to compare the pictures' activations with; nil for none.
        public var folder: String?

        /// Creates settings.
        public init(
            runs: Int = 8, seed: UInt64 = 1, steps: Int? = nil, recipe: RecipeName = .vitrine,
            procedure: Procedure? = nil, size: Int? = nil, folder: String? = nil
        ) {
            self.runs = runs
            self.seed = seed
            self.steps = steps
            self.recipe = recipe
            self.procedure = procedure
            self.size = size
            self.folder = folder
        }

        /// Checks that there are enough runs to compare, and no more than a study takes.
        ///
        /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
        public func validate() throws(EngineError) {
            guard (2...256).contains(runs) else {
                throw .invalidValue(
                    what: "The number of runs", found: "\(runs)", expected: "2 to 256: runs are compared")
            }
        }
    }

    /// A comparison of the weakest picture with the strongest photograph.
    ///
    /// A convincing visualization drives the neuron more than any natural image, every time.
    public struct NaturalTest: Sendable {
        /// The strongest photographs, best first.
        public let images: TopImages
        /// The objective's value on the weakest picture.
        public let weakest: Float

        /// The objective's value on the strongest photograph.
        public var strongest: Float { images.entries.first?.score ?? .nan }
        /// Whether even the weakest picture is stronger than every photograph.
        public var isPassed: Bool { weakest > strongest }
    }

    /// The runs toward one objective.
    public struct Runs: Sendable {
        /// What is maximized.
        public let objective: Objective
        /// The objective in words.
        public let label: String
        /// The pictures, one for each run.
        public let pictures: [Picture]
        /// How strongly each finished picture drives the objective's ``Objective/activationPart``.
        public let activations: [Float]
        /// How strongly baseline pictures do: the mean and the standard deviation.
        ///
        /// They are the start of MACO: random phases with the magnitudes of natural pictures.
        public let baselineActivation: (mean: Float, deviation: Float)
        /// `[runs, runs]`: the similarity of the runs to the model, −1…1.
        ///
        /// It is the cosine between the features of the first target's layer, averaged over its tokens, minus the
        /// features of baseline pictures: without the subtraction, all pictures are similar. On the built-in models it
        /// is about .9 to .99 between runs toward one neuron, and about .1 to .5 between pictures of different neurons
        /// of a layer.
        public let featureSimilarity: Tensor
        /// `[runs, runs]`: the correlation of the pixels, −1…1, averaged over the channels.
        public let pixelCorrelation: Tensor
        /// The comparison with photographs; nil if no folder was given, or if the study was interrupted before.
        public internal(set) var naturalTest: NaturalTest?

        /// The mean of ``activations``.
        public var meanActivation: Float {
            Float(activations.reduce(0.0) { $0 + Double($1) } / Double(activations.count))
        }

        /// Each run's activation as a share of the mean, both measured from the baseline: 1 is as strong as the mean.
        ///
        /// All are NaN unless the mean is more than a standard deviation above the baseline.
        public var relativeActivations: [Float] { activations.map(relative) }

        /// Returns an activation as a share of the runs' mean, both measured from the baseline; NaN if the mean is not
        /// above it.
        func relative(_ activation: Float) -> Float {
            let height = meanActivation - baselineActivation.mean
            return height > baselineActivation.deviation ? (activation - baselineActivation.mean) / height : .nan
        }

        /// How much the runs agree, 0…1: the mean of ``featureSimilarity`` between different runs, where negative
        /// values count as 0.
        ///
        /// 1: to the model all runs are the same picture. 0: they have nothing in common.
        public var score: Float { Self.meanBetweenRuns(featureSimilarity) { max($0, 0) } }

        /// The mean of ``pixelCorrelation`` between different runs.
        public var meanPixelCorrelation: Float { Self.meanBetweenRuns(pixelCorrelation) { $0 } }

        private static func meanBetweenRuns(_ matrix: Tensor, _ value: (Float) -> Float) -> Float {
            let runs = matrix.shape[0]
            guard runs > 1 else { return 1 }
            var sum = 0.0
            for row in 0..<runs {
                for column in 0..<runs where column != row { sum += Double(value(matrix.values[row * runs + column])) }
            }
            return Float(sum / Double(runs * (runs - 1)))
        }
    }

    /// The model's name.
    public let model: String
    /// The runs of each objective, in the order in which they were given.
    public internal(set) var objectives: [Runs]
    /// `[objectives, objectives]`: how strongly the pictures of the column's objective drive the row's objective, on
    /// average.
    public let crossActivation: Tensor
    /// The renderer's result.
    public let rendering: Rendering
    /// Whether the render or the reading of photographs was interrupted.
    public internal(set) var wasInterrupted: Bool

    /// ``crossActivation``, scaled by row: 1 is the activation on an objective's own pictures, 0 that on baseline
    /// pictures.
    ///
    /// A row is NaN if its own pictures are not stronger than the baseline.
    public var relativeCrossActivation: Tensor {
        var result = crossActivation
        for (row, runs) in objectives.enumerated() {
            for place in row * objectives.count..<(row + 1) * objectives.count {
                result.values[place] = runs.relative(crossActivation.values[place])
            }
        }
        return result
    }
}

/// The progress of a study of consistency.
///
/// It is valid only during the call that receives it.
public enum ConsistencyProgress {
    /// The runs are being rendered.
    case rendering(RenderProgress)
    /// Photographs are being compared for the objective with this label.
    case photographs(FolderProgress, label: String)
}
