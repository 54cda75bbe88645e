import Studies
import Visualization

/// The contents of `data/<model>/<layer>.js`: everything about the layer's neurons.
struct AtlasLayerData: Encodable {
    struct Neuron: Encodable {
        var neuron: Int
        var name: String?
        var picture: String
        var tile: Int
        var cell: String
        var activation: Double
        var notes: [String]?
        var history: [Double]
        var agreement: Double?
        var other: [String]?
        var similar: Similar?
        var opposite: String?
        var trust: TrustReport?
        var photographs: [Photograph]?
    }

    struct Similar: Encodable {
        var weights: Extremes?
        var picture: Extremes?
    }

    struct Extremes: Encodable {
        var most: [Likeness]
        var least: [Likeness]
    }

    /// A neuron and its similarity, encoded as a pair.
    struct Likeness: Encodable, Hashable {
        var neuron: Int
        var value: Double

        func encode(to encoder: any Encoder) throws {
            var pair = encoder.unkeyedContainer()
            try pair.encode(neuron)
            try pair.encode(value)
        }
    }

    /// Whether the neuron's pictures are to be trusted; what was not measured is left out.
    struct TrustReport: Encodable {
        var words: String
        /// The similarity to the way of photographs after each block; null where that has no meaning.
        var path: [Double?]
        var encoder: String?
        var solved: Int?
        var tasks: Int?
        var score: Double?
        var causes: [String]?
        var leftOnPhotographs: Double?
        var leftOnPictures: Double?
    }

    struct Photograph: Encodable {
        var picture: String
        var name: String
        var activation: Double
    }

    var model: String
    var layer: String
    var recipe: Recipe
    var sheets: AtlasSheets
    var neurons: [Neuron]
}

extension AtlasLayerData.TrustReport {
    init(_ measured: TrustMeasurements) {
        func rounded(_ value: Double) -> Double? { value.isFinite ? (value * 1000).rounded() / 1000 + 0 : nil }
        words = measured.sentences
        path = measured.path.map { rounded($0.similarity) }
        encoder = measured.interpretability?.encoder
        solved = measured.interpretability?.solved
        tasks = measured.interpretability?.tasks
        score = measured.interpretability.flatMap { rounded($0.score) }
        causes = measured.causes?.parts
        leftOnPhotographs = measured.causes.flatMap { rounded($0.leftOnPhotographs) }
        leftOnPictures = measured.causes.flatMap { rounded($0.leftOnPictures) }
    }
}
