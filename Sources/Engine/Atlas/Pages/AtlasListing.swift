/// The contents of `data/atlas.js`: the models and layers. `docs/atlas-format.md` describes each name.
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

/// The files of a layer's small pictures, row by row in files of equal width.
struct AtlasSheets: Encodable {
    /// The side of a small picture in pixels.
    var tile: Int
    /// How many small pictures a row has, and how many rows a full file has.
    var columns: Int
    var rows: Int
    var files: [String]
}
