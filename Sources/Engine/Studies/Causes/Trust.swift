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

    /// How alike the picture's way through the model is to that of photographs, after one block.
    ///
    /// Spearman's correlation of all activations, scaled so that photographs of the objective reach 1 with each other, and 0
    /// with other photographs. Source: Geirhos et al. 2024, arXiv:2306.04719, section 3.
    public struct PathPoint: Hashable, Sendable {
        /// The layer.
        public let layer: String
        /// The correlation between pictures and the strongest photographs, −1…1.
        public let pictures: Double
        /// The correlation among the strongest photographs.
        public let same: Double
        /// The correlation between the strongest and the weakest photographs.
        public let different: Double

        /// Creates a point of three correlations.
        public init(layer: String, pictures: Double, same: Double, different: Double) {
            self.layer = layer
            self.pictures = pictures
            self.same = same
            self.different = different
        }

        /// The scaled similarity; NaN where the strongest photographs are no more alike than others.
        public var similarity: Double {
            same - different > Self.leastContrast ? (pictures - different) / (same - different) : .nan
        }

        private static let leastContrast = 0.005
    }

    /// Whether the pictures tell which photographs drive the objective.
    ///
    /// For each task a strong and a weak photograph are compared with the pictures of the objective and of its opposite:
    /// Δ = s(q⁺, E⁺) − s(q⁺, E⁻) − s(q⁻, E⁺) + s(q⁻, E⁻), with s the mean cosine of embeddings.
    ///
    /// Source: Zimmermann, Klindt and Brendel 2024, "Measuring per-unit interpretability at
    /// scale without humans". There an encoder made for human similarity (DreamSim) embeds the pictures.
    public struct Interpretability: Hashable, Sendable {
        /// The model whose embedding compares pictures.
        public let encoder: String
        /// How many tasks there were.
        public let tasks: Int
        /// For how many of them Δ is above 0.
        public let solved: Int
        /// The mean of σ(0.16 · Δ).
        public let score: Double
    }

    /// What is left of the objective when its strongest causes are taken out.
    public struct Causes: Hashable, Sendable {
        /// The parts that were taken out, in words.
        public let parts: [String]
        /// What is left on the strongest photographs, as a share of how far they are above the usual value.
        public let leftOnPhotographs: Double
        /// The same on the rendered pictures.
        public let leftOnPictures: Double
    }

    /// The model's name.
    public let model: String
    /// The objective in words.
    public let label: String
    /// The rendered pictures.
    public let rendering: Rendering
    /// How much the pictures of several seeds agree, 0…1; see ``Consistency/Runs/score``.
    public let agreement: Float
    /// How strongly the pictures drive the objective.
    public let activations: [Float]
    /// How strongly the strongest photographs do.
    public let strongestScores: [Float]
    /// The objective's mean over all photographs.
    public let usual: Double
    /// The strongest photographs, as the model sees them.
    public let strongest: [Image]
    /// The way through the blocks; empty if the report was interrupted before.
    public internal(set) var path: [PathPoint] = []
    /// The interpretability score; nil if the report was interrupted before.
    public internal(set) var interpretability: Interpretability?
    /// What is left without the causes; nil if the report was interrupted before.
    public internal(set) var causes: Causes?
    /// What was read of the folder.
    public let reading: FolderReading
    /// Whether the report was interrupted.
    public internal(set) var wasInterrupted = false
}

extension Trust {
    /// The report in a few plain sentences.
    public var sentences: String {
        var sentences: [String] = []
        let known = path.filter { $0.similarity.isFinite }
        if !known.isEmpty {
            let like = known.count { $0.similarity >= 0.5 }
            let last = known[known.count - 1]
            sentences.append(
                like == 0
                    ? "In no block do the pictures go through the model as photographs that drive it do"
                    : like == known.count
                        ? "In every block the pictures go through the model much as photographs that drive it do"
                        : "In \(like) of \(known.count) blocks the pictures go through the model much as photographs that "
                            + "drive it do (similarity of 0.5 or more; after \(last.layer) it is "
                            + "\(ColorScale.words(Float(last.similarity), of: 1)))")
        }
        if let interpretability {
            let share = Double(interpretability.solved) / Double(max(interpretability.tasks, 1))
            sentences.append(
                "from the pictures \(interpretability.encoder) tells strong from weak photographs in "
                    + "\(interpretability.solved) of \(interpretability.tasks) tasks"
                    + (share < 0.65 ? ", hardly better than guessing" : ""))
        }
        sentences.append("pictures of other seeds agree to \(ColorScale.words(agreement, of: 1))")
        if let causes {
            let (photographs, pictures) = (causes.leftOnPhotographs, causes.leftOnPictures)
            sentences.append(
                "without \(englishList(causes.parts)), \(Self.percent(photographs)) of the response to photographs is left, "
                    + "and \(Self.percent(pictures)) of that to the pictures"
                    + (abs(photographs - pictures) > 0.3 ? ": they are not driven by the same parts" : ""))
        }
        let text = sentences.joined(separator: "; ") + "."
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    private static func percent(_ share: Double) -> String {
        share.isFinite ? "\(Int((share * 100).rounded())) %" : "nothing measurable"
    }

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
