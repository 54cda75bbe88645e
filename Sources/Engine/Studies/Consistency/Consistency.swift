import Compute
import Platform
import Visualization

/// Whether independent runs towards the same objectives agree: what they look like to the model, how like their pixels
/// are, how strong each is, and whether one objective's pictures drive another.
///
/// Source: the article *Feature Visualisation for Transformers (a first attempt)*, whose author gives up because two
/// runs differ; Zimmermann et al. 2021, arXiv:2106.12447, for the comparison with natural images.
public struct Consistency: Sendable {
    /// How the runs are made.
    public struct Settings: Hashable, Sendable {
        /// How many pictures of each objective there are, at least 2.
        public var runs: Int
        /// The first run's seed; each run has the next.
        public var seed: UInt64
        /// How many steps each takes; the recipe's own number when nil.
        public var steps: Int?
        /// How pictures are sought.
        public var recipe: RecipeName
        /// What stands in the place of the recipe's own procedure, in one stage; the recipe's when nil.
        public var procedure: Procedure?
        /// The side of the pictures in pixels; the recipe's own when nil.
        public var size: Int?
        /// A folder of photographs that the pictures have to drive the objective more than; none when nil.
        public var folder: String?

        /// Settings.
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

        /// Throws when there are too few runs to compare, or more than a study takes.
        ///
        /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
        public func validate() throws(EngineError) {
            guard (2...256).contains(runs) else {
                throw .invalidValue(
                    what: "The number of runs", found: "\(runs)", expected: "2 to 256: runs are compared")
            }
        }
    }

    /// The weakest picture against the strongest photograph.
    ///
    /// A visualization that convinces drives the unit more than any natural image, every time.
    public struct NaturalTest: Sendable {
        /// The strongest photographs, best first.
        public let images: TopImages
        /// What the weakest picture drives the objective by.
        public let weakest: Float

        /// What the strongest photograph drives it by.
        public var strongest: Float { images.entries.first?.score ?? .nan }
        /// Whether even the weakest picture is stronger.
        public var isPassed: Bool { weakest > strongest }
    }

    /// The runs towards one objective.
    public struct Runs: Sendable {
        /// What is maximized.
        public let objective: Objective
        /// It in words.
        public let label: String
        /// The pictures, a run each.
        public let pictures: [Picture]
        /// How strongly each picture drives the objective, undisturbed: ``Objective/drive``.
        public let drives: [Float]
        /// How strongly pictures of nothing do: the mean, and the deviation between them.
        ///
        /// They are the start of MACO: random phases under the magnitudes of natural pictures.
        public let meaninglessDrive: (mean: Float, deviation: Float)
        /// `[runs, runs]`: how alike the runs are to the model, −1…1.
        ///
        /// The cosine between the features of the first target's layer, averaged over its tokens, of which those of pictures
        /// of nothing are subtracted: without that, all pictures are alike. On the built-in models it is about .9 to .99
        /// between runs towards one neuron, and about .1 to .5 between pictures of different neurons of a layer.
        public let featureSimilarity: Tensor
        /// `[runs, runs]`: the correlation of their pixels, channel by channel and averaged, −1…1.
        public let pixelCorrelation: Tensor
        /// The comparison with photographs, where a folder was given and not interrupted too early.
        public internal(set) var naturalTest: NaturalTest?

        /// The mean of ``drives``.
        public var meanDrive: Float { Float(drives.reduce(0.0) { $0 + Double($1) } / Double(drives.count)) }

        /// Each run's drive against the runs' mean, both counted from pictures of nothing: 1 is as strong as the mean.
        ///
        /// Where the mean is not a deviation stronger than those there is nothing to count with, and all are NaN.
        public var relativeDrives: [Float] { drives.map(relative) }

        /// A drive as a share of what the runs' mean gains over pictures of nothing; NaN where it gains nothing.
        func relative(_ drive: Float) -> Float {
            let height = meanDrive - meaninglessDrive.mean
            return height > meaninglessDrive.deviation ? (drive - meaninglessDrive.mean) / height : .nan
        }

        /// How much the runs agree, 0…1: the mean of ``featureSimilarity`` between different runs, where runs that are
        /// opposed count as 0.
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
    /// `[objectives, objectives]`: how strongly the pictures of the column's objective drive the row's, on average.
    public let crossDrive: Tensor
    /// What the renderer handed back.
    public let rendering: Rendering
    /// Whether the render or the reading of photographs was interrupted.
    public internal(set) var wasInterrupted: Bool

    /// ``crossDrive`` by row: 1 is what an objective's own pictures drive it by, 0 what pictures of nothing do.
    ///
    /// A row whose own pictures gain nothing is NaN.
    public var relativeCrossDrive: Tensor {
        var result = crossDrive
        for (row, runs) in objectives.enumerated() {
            for place in row * objectives.count..<(row + 1) * objectives.count {
                result.values[place] = runs.relative(crossDrive.values[place])
            }
        }
        return result
    }
}

/// How far a study of consistency is.
///
/// It is valid during the call that it is handed to.
public enum ConsistencyProgress {
    /// The runs are rendered.
    case rendering(RenderProgress)
    /// Photographs are looked at for the objective of this label.
    case photographs(FolderProgress, label: String)
}
