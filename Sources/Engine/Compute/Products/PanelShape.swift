import CProcessor

/// The sizes of panels and tiles, by the registers that the processor has.
enum PanelShape {
    /// The columns of a panel: with 32 registers of 64 bytes, 14 rows of 32 columns stay in them.
    static var width: Int { isWide ? 32 : 16 }
    /// The rows of a tile.
    static var tileRows: Int { isWide ? 14 : 6 }
    /// The rows of a packed tile of the left factor, with those that are never read.
    static let packedTileRows = 16

    /// The sizes of the blocks in which a product is computed.
    struct Blocks {
        /// The rows of the left factor.
        let rows: Int
        /// The products in a sum.
        let depth: Int
        /// Whether packed panels are kept from one block of rows to the next.
        let keepsPanels: Bool

        /// A panel of 256 × 32 takes two thirds of the first cache, 384 rows of the left factor a third of the second.
        static let few = Blocks(rows: 384, depth: 256, keepsPanels: false)
        /// A packed block of 168 × 768 takes half of the second cache, a panel and the next a fifth.
        static let many = Blocks(rows: 168, depth: 768, keepsPanels: true)

        /// Returns whether blocks of the left factor are packed as well.
        ///
        /// With few rows, only if they are so far apart that they evict each other from the caches.
        func packsLeft(_ left: MatrixFactor) -> Bool {
            keepsPanels || !left.isTransposed && left.stride.isMultiple(of: 1024)
        }
    }

    /// Returns the blocks for a product of `rows` rows and `columns` columns.
    static func blocks(rows: Int, columns: Int) -> Blocks {
        rows >= 256 && columns >= 128 ? .many : .few
    }

    /// The bytes of the registers that tiles are kept in; 0 if there are no tiles for this processor.
    static let registerBytes = Int(vitrine_tile_register_bytes())
    /// Whether a tile has 14 rows of up to 32 columns.
    static let isWide = registerBytes == 64

    /// Returns the width of a panel of `columns` columns, with those that are never read.
    @inline(__always)
    static func packedWidth(_ columns: Int) -> Int { columns > 16 ? width : 16 }
}
