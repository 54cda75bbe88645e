import Images
import Platform

/// The sprite sheets of a layer's small pictures: a page shows hundreds of them with one file.
struct AtlasSprites {
    /// The side of a small picture in pixels.
    static let tile = 64
    /// How many pictures a row has.
    static let columns = 16
    /// How many rows a full file has.
    static let rows = 16
    /// The quality as a JPEG: hardly a difference is visible at this size.
    private static let quality = 85

    /// Returns the picture as a small square, cropped to its center.
    static func tile(of image: Image) -> Image { image.covering(width: tile, height: tile) }

    /// Writes the files of a layer.
    ///
    /// - Parameters:
    ///   - tiles: the small pictures in order.
    ///   - name: the beginning of the files' paths in the atlas: "sheets/vit-1a2b3c4d/blocks.5.mlp".
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    static func write(_ tiles: [Image], as name: String, in folder: String) throws(EngineError) -> AtlasSheets {
        var files: [String] = []
        for first in stride(from: 0, to: tiles.count, by: columns * rows) {
            let part = tiles[first..<min(first + columns * rows, tiles.count)]
            let file = "\(name)-\(files.count).jpg"
            try writeWholeFile("\(folder)/\(file)", try JPEG.encode(sheet(Array(part)), quality: quality))
            files.append(file)
        }
        return AtlasSheets(tile: tile, columns: columns, rows: rows, files: files)
    }

    /// Returns a sheet of pictures, always as wide as a full one, so that a page finds a picture by its number.
    private static func sheet(_ tiles: [Image]) -> Image {
        let height = (tiles.count + columns - 1) / columns * tile
        var sheet = Image(width: columns * tile, height: height, color: .zero)
        for (index, small) in tiles.enumerated() {
            sheet.put(small, left: index % columns * tile, top: index / columns * tile)
        }
        return sheet
    }
}
