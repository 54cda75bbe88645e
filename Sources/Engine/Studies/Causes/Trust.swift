import Compute
import Images
import Models
import Platform
import Visualization

/// Whether a picture of an objective is to be trusted, in four measurements.
///
/// Each is from the literature, and none alone decides: a picture may be recognizable and take another way through the model
/// than photographs do.
public struct Trust: Sendable {
    /// How the report is made.
    public struct Settings: Hashable, Sendable {
        /// How many pictures are rendered of the objective, and of its opposite.
        public var runs: Int
        /// How many steps each picture takes; nil for the recipe's own number.
        public var steps: Int?
        /// The first picture's seed.
        public var seed: UInt64
        /// How many of the strongest photographs stand for what drives the objective.
        public var photographs: Int
        /// How many parts of the model are taken out together.
        public var causes: Int
        /// How many tasks the interpretability score has.
        public var tasks: Int

        /// Creates settings; tasks are those of Zimmermann et al.
        public init(
            runs: Int = 4, steps: Int? = nil, seed: UInt64 = 1, photographs: Int = 8, causes: Int = 3, tasks: Int = 20
        ) {
            self.runs = runs
            self.steps = steps
            self.seed = seed
            self.photographs = photographs
            self.causes = causes
            self.tasks = tasks
        }

        func validate() throws(EngineError) {
            let limits = [
                ("The number of pictures", runs, 2...64), ("The number of photographs", photographs, 2...100),
                ("The number of causes", causes, 1...1000), ("The number of tasks", tasks, 1...1000),
            ]
            for (what, number, range) in limits where !range.contains(number) {
                throw .invalidValue(
                    what: what, found: "\(number)", expected: "\(range.lowerBound) to \(range.upperBound)")
            }
        }

        /// The share of the photographs from which tasks are drawn, at either end. Source: Zimmermann et al. 2024.
        static let quantile = 0.2
        /// The steepness of the score. Source: Zimmermann et al. 2024.
        static let steepness = 0.16
    }

    /// The model's name.
    public let model: String
    /// The objective in words.
    public let label: String
    /// The rendered pictures.
    public let rendering: Rendering
    /// What was measured.
    public internal(set) var measurements: TrustMeasurements
    /// How strongly the pictures drive the objective.
    public let activations: [Float]
    /// How strongly the strongest photographs do.
    public let strongestScores: [Float]
    /// The objective's mean over all photographs.
    public let usual: Double
    /// The strongest photographs, as the model sees them.
    public let strongest: [Image]
    /// What was read of the folder.
    public let reading: FolderReading
    /// Whether the report was interrupted.
    public internal(set) var wasInterrupted = false
}

extension Trust {
    /// How much the pictures of several seeds agree, 0…1.
    public var agreement: Float { measurements.agreement ?? .nan }
    /// The way through the blocks; empty if the report was interrupted before.
    public var path: [PathPoint] { measurements.path }
    /// The interpretability score; nil if the report was interrupted before.
    public var interpretability: Interpretability? { measurements.interpretability }
    /// What is left without the causes; nil if the report was interrupted before, or if nothing is needed.
    public var causes: Causes? { measurements.causes }
    /// The report in a few plain sentences.
    public var sentences: String { measurements.sentences }

    /// The similarity by block.
    public var plot: LinePlot {
        LinePlot(
            [
                .init("pictures", values: path.map(\.similarity), color: 1, hasMarks: true),
                .init("photographs that drive it", values: path.map { _ in 1 }, color: 2, stroke: .dashed),
                .init("other photographs", values: path.map { _ in 0 }, color: 6, stroke: .dashed),
            ],
            title: "\(label): the way through the model", xLabel: "block",
            yLabel: "similarity to photographs that drive it")
    }

    /// The pictures, and the strongest photographs with their values.
    public var sheet: ContactSheet {
        let pictures = zip(rendering.pictures, activations).map {
            ContactSheet.Entry($0.image, caption: "picture\n\(ColorScale.words($1, of: $1))")
        }
        let photographs = zip(strongest, strongestScores).map {
            ContactSheet.Entry(HeatMap.enlarged($0), caption: "photograph\n\(ColorScale.words($1, of: $1))")
        }
        let all = pictures + photographs
        let side = all.map(\.image.width).max() ?? 1
        return ContactSheet(
            all.map { entry in
                .init(
                    entry.image.resized(
                        width: side, height: max(side * entry.image.height / max(entry.image.width, 1), 1), by: .lanczos
                    ),
                    caption: entry.caption)
            }, title: "\(model) \(label)")
    }
}
