/// A matrix product's result cut into rectangles, which threads compute one by one.
///
/// The columns are cut first, panel by panel, which costs nothing. If the rows are cut, each rectangle packs its columns of the
/// right factor again, and if the left factor is packed too, each packs its rows of it, which costs about as much as
/// some more rows or columns.
package struct ProductTiles {
    private let rows: Cut
    private let columns: Cut

    /// The number of floating-point operations below which a rectangle is not worth dealing out.
    private static let fewOperations = 1 << 19
    private static let most = 32

    init(rows: Int, columns: Int, inner: Int, threads: Int) {
        let unit = MatrixProduct.columnUnit
        // How many rectangles a product of many rows has at most.
        let mostLarge = max(4, 2 * threads)
        guard threads > 1 else {
            self.rows = Cut(of: rows, parts: 1)
            self.columns = Cut(of: columns, unit: unit, parts: 1)
            return
        }
        let wanted = min(2 * rows * columns * inner / Self.fewOperations, Self.most)
        if PanelShape.blocks(rows: rows, columns: columns).keepsPanels {
            // Blocks of both factors are packed: few large rectangles, as square as they can be.
            let parts = min(max(wanted, 1), mostLarge)
            let columnParts = min(columns / Self.largeSide, rows < columns ? parts / 2 : 2)
            self.columns = Cut(of: columns, unit: unit, parts: max(columnParts, 1))
            self.rows = Cut(of: rows, parts: max(min(parts / max(columnParts, 1), rows / Self.largeSide), 1))
            return
        }
        // Four panels of a large factor are prefetched together while the ones before them are multiplied.
        let atLeast = inner * columns > Self.largeFactor ? min(4 * unit, max(columns / mostLarge, unit)) : unit
        let cut = Cut(of: columns, unit: unit, parts: max(min(wanted, columns / atLeast), 1))
        self.columns = cut
        let isUneven = cut.count < 8 && !cut.count.isMultiple(of: 2)
        let rowParts = isUneven && wanted > cut.count ? min(rows / PanelShape.tileRows / 2, 2) : 1
        self.rows = Cut(of: rows, parts: max(rowParts, 1))
    }

    /// The number of floats of the right factor from which on a rectangle has several panels.
    private static let largeFactor = 1 << 18
    /// The least side of a rectangle of many rows.
    private static let largeSide = 192

    /// Returns the number of threads to cut for if a team of `count` threads computes.
    ///
    /// With panels, a number does not depend on the rectangle that it is computed in. OpenBLAS's numbers may, so its cuts are
    /// the same for every team.
    package static func threads(ofTeam count: Int) -> Int { MatrixProduct.usesPanels ? count : 4 }

    var count: Int { rows.count * columns.count }

    /// Neighbors share their columns of the right factor.
    subscript(_ tile: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        (rows[tile % rows.count], columns[tile / rows.count])
    }

    /// Returns the first column that a thread probably multiplies after a tile, counted from that tile's first; nil after the
    /// last one, and if the rows are cut.
    ///
    /// Every other thread takes the tiles in reverse order.
    func nextColumn(after tile: Int, by worker: Int) -> Int? {
        guard rows.count == 1 else { return nil }
        let next = worker.isMultiple(of: 2) ? tile + 1 : tile - 1
        guard (0..<columns.count).contains(next), columns[next].count >= MatrixProduct.columnUnit else { return nil }
        return columns[next].lowerBound - columns[tile].lowerBound
    }
}
