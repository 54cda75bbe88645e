import Compute
import Images

/// The position of a patch in a photograph.
public struct PatchPosition: Hashable, Sendable {
    /// The patch's index, row by row from 0.
    public let index: Int
    /// The patch's row, from 0 at the top.
    public let row: Int
    /// The patch's column, from 0 at the left.
    public let column: Int

    /// Creates the position of the patch at `index` of a layout.
    ///
    /// - Precondition: the layout has such a patch.
    public init(_ index: Int, in layout: TokenLayout) {
        precondition((0..<layout.patchCount).contains(index), "patch \(index) of \(layout.patchCount)")
        self.index = index
        row = index / layout.columns
        column = index % layout.columns
    }

    /// "patch 27 (row 3, column 3)".
    public var words: String { "patch \(index) (row \(row), column \(column))" }
}

extension Image {
    /// Returns the picture with a frame around one of its patches.
    func framed(_ patch: PatchPosition, rows: Int, columns: Int) -> Image {
        framed(
            columns: patch.column * width / columns..<(patch.column + 1) * width / columns,
            rows: patch.row * height / rows..<(patch.row + 1) * height / rows)
    }
}
