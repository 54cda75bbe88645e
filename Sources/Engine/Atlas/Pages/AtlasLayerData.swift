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
