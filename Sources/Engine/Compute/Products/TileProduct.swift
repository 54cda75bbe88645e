import CProducts

/// The product of a tile's rows and a panel, and where its sums are stored.
///
///     result[r, c] = start[r, c] + Σₖ factors[r, k] · panel[k, c]
typealias TileProduct = vitrine_tile

extension TileProduct {
    /// Multiplies `rows` rows, at most ``PanelShape/tileRows``, by a panel of 16 columns, or of 32 where tiles are that wide.
    @inline(__always)
    func run(rows: Int, width: Int) {
        withUnsafePointer(to: self) { vitrine_multiply($0, rows, width, PanelShape.isWide) }
    }
}
