import Compute
import Foundation
import Models
import Platform
import Visualization

/// What `data/atlas.js` says: which models and layers there are. `docs/atlas-format.md` describes each name.
struct AtlasListing: Encodable {
    struct Model: Encodable {
        var key: String
        var name: String
        var weights: String
        /// Pairs of a name and a text, in the order in which they are shown.
        var card: [[String]]?
        var layers: [Layer]
    }

    struct Layer: Encodable {
        var address: String
        var words: String
        var neurons: Int
        var made: Int
        var data: String
        var sheets: AtlasSheets?
        var numbers: [ClosedRange<Int>]
        var names: [String]?
    }

    var version = 1
    var title: String
    var made: String
    var models: [Model]
}

/// Where a layer's small pictures are: row by row in files of equal width.
struct AtlasSheets: Encodable {
    /// The side of a small picture in pixels.
    var tile: Int
    /// How many stand in a row, and how many rows a full file has.
    var columns: Int
    var rows: Int
    var files: [String]
}

/// What `data/<model>/<layer>.js` says: everything about the layer's neurons.
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

    /// A neuron and how alike it is, as a pair.
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

/// Writes data as a script that calls a function with them: pages that are opened from a folder may not fetch files.
enum AtlasScript {
    static func text(_ function: String, _ data: some Encodable) throws(EngineError) -> [UInt8] {
        guard let json = try? JSONEncoder.sorted.encode(data) else {
            throw .invalidValue(what: "A number of the atlas", found: "not finite", expected: "a finite number")
        }
        return Array("\(function)(".utf8) + json + Array(");\n".utf8)
    }
}

/// A number with four digits, as it is written into data.
func fewDigits(_ value: Float) -> Double {
    let value = Double(value)
    // Through text, so that the number is the nearest to its four digits.
    return value.isFinite ? Double(String(format: "%.4g", value)) ?? value : 0
}
