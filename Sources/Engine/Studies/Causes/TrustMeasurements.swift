import Foundation
import Images
import Platform
import Visualization

/// What was measured of whether pictures of an objective are to be trusted.
public struct TrustMeasurements: Codable, Hashable, Sendable {
    /// The way through the blocks; empty if it was not measured.
    public package(set) var path: [Trust.PathPoint] = []
    /// The interpretability score; nil if it was not measured.
    public package(set) var interpretability: Trust.Interpretability?
    /// How much the pictures of several seeds agree, 0…1, see ``Consistency/Runs/score``; nil for a single picture.
    public package(set) var agreement: Float?
    /// What is left without the causes; nil if that was not measured, or if no part is needed.
    public package(set) var causes: Trust.Causes?

    /// Creates measurements of which none was made.
    package init() {}
}

extension Trust {
    /// How alike the picture's way through the model is to that of photographs, after one block.
    ///
    /// Spearman's correlation of all activations, scaled so that photographs of the objective reach 1 with each other, and 0
    /// with other photographs. Source: Geirhos et al. 2024, arXiv:2306.04719, section 3.
    public struct PathPoint: Codable, Hashable, Sendable {
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
    public struct Interpretability: Codable, Hashable, Sendable {
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
    public struct Causes: Codable, Hashable, Sendable {
        /// The parts that were taken out, in words.
        public let parts: [String]
        /// What is left on the strongest photographs, as a share of how far they are above the usual value.
        public let leftOnPhotographs: Double
        /// The same on the rendered pictures.
        public let leftOnPictures: Double
    }
}

extension Trust.Interpretability {
    /// Solves the tasks.
    ///
    /// - Parameters:
    ///   - pictures: the embeddings of the objective's pictures, each of as many numbers; at least one.
    ///   - opposites: those of the pictures of its opposite; at least one.
    ///   - tasks: those of a strong and a weak photograph each; at least one.
    package init(
        encoder: String, pictures: [[Double]], opposites: [[Double]], tasks: [(strong: [Double], weak: [Double])]
    ) {
        func similarity(_ query: [Double], _ pictures: [[Double]]) -> Double {
            pictures.reduce(0) { $0 + cosine(query, $1) } / Double(pictures.count)
        }
        let differences = tasks.map { task in
            similarity(task.strong, pictures) - similarity(task.strong, opposites)
                - similarity(task.weak, pictures) + similarity(task.weak, opposites)
        }
        let sum = differences.reduce(0) { $0 + 1 / (1 + exp(-Trust.Settings.steepness * $1)) }
        self.init(
            encoder: encoder, tasks: tasks.count, solved: differences.count { $0 > 0 }, score: sum / Double(tasks.count)
        )
    }
}

extension TrustMeasurements {
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
        if let agreement { sentences.append("pictures of other seeds agree to \(ColorScale.words(agreement, of: 1))") }
        if let causes {
            let (photographs, pictures) = (causes.leftOnPhotographs, causes.leftOnPictures)
            sentences.append(
                "without \(englishList(causes.parts)), the response to photographs is \(Self.percent(photographs)) of what it "
                    + "was, and that to the pictures \(Self.percent(pictures))"
                    + (abs(photographs - pictures) > 0.3 ? ": they are not driven by the same parts" : ""))
        }
        guard !sentences.isEmpty else { return "Nothing was measured." }
        let text = sentences.joined(separator: "; ") + "."
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    private static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "nothing measurable" }
        let percent = Int((share * 100).rounded())
        return (percent < 0 ? "−" : "") + "\(abs(percent)) %"
    }
}
