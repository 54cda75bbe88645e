import Compute

/// Words in the cells of a grid over a picture: the class that a model sees in each patch.
///
/// Cells of one color share their tint, which is the stronger the surer the cell is; the picture shows through in gray.
public struct LabeledGrid: Sendable {
    /// One cell.
    public struct Cell: Hashable, Sendable {
        /// What is written in it.
        public let text: String
        /// The index of its color among a plot's colors; nil for gray.
        public let color: Int?
        /// How strong its tint is, 0…1.
        public let strength: Float

        /// Creates a cell.
        public init(_ text: String, color: Int?, strength: Float) {
            self.text = text
            self.color = color
            self.strength = strength
        }
    }

    /// The number of cells in a column.
    public let rows: Int
    /// The number of cells in a row.
    public let columns: Int
    /// The cells, row by row.
    public let cells: [Cell]

    /// Creates a grid.
    ///
    /// - Precondition: there are `rows` × `columns` cells.
    public init(_ cells: [Cell], rows: Int, columns: Int) {
        precondition(cells.count == rows * columns && !cells.isEmpty, "\(cells.count) cells in \(rows) × \(columns)")
        self.cells = cells
        self.rows = rows
        self.columns = columns
    }

    /// The width of a cell in pixels: room for a short word; in a fine grid less, so that the picture stays manageable.
    private var side: Int { max(columns, rows) <= 16 ? 56 : max(896 / max(columns, rows), 12) }

    /// Returns the picture in gray with the cells over it.
    public func image(over picture: Image) -> Image {
        let side = side
        var image = picture.resized(width: columns * side, height: rows * side, by: .lanczos)
        for place in 0..<image.width * image.height {
            let pixel = SIMD3<Float>(
                Float(image.pixels[place * 3]), Float(image.pixels[place * 3 + 1]), Float(image.pixels[place * 3 + 2]))
            let gray = (pixel * SIMD3<Float>(0.299, 0.587, 0.114)).sum()
            let cell = cells[place / image.width / side * columns + place % image.width / side]
            let tint = cell.color.map { SIMD3<Float>(PlotPalette.color($0)) } ?? SIMD3(repeating: 140)
            let share = cell.color == nil ? 0 : 0.25 + 0.45 * min(max(cell.strength, 0), 1)
            // Lightened, so that words can be read on any photograph.
            let light = SIMD3<Float>(repeating: 110 + 0.5 * gray)
            let mixed = light * (1 - share) + tint * share
            for channel in 0..<3 { image.pixels[place * 3 + channel] = UInt8(min(max(mixed[channel], 0), 255)) }
        }
        let lettering = Lettering(capHeight: max(Double(side) / 7, 6))
        guard side >= 32 else { return image }
        for (index, cell) in cells.enumerated() where !cell.text.isEmpty {
            let lines = lettering.lines(cell.text, width: Double(side) - 6, count: 2)
            for (line, text) in lines.enumerated() {
                lettering.draw(
                    text, on: &image, left: Double(index % columns * side) + 3,
                    baseline: Double(index / columns * side) + lettering.capHeight * (1.6 + 1.7 * Double(line)),
                    color: PlotPalette.ink)
            }
        }
        return image
    }
}
