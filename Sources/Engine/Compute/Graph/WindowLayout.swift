/// The windows of a grid of patches, within which attention takes place.
///
/// Windows tile the grid from its upper left corner; they may reach beyond its right and lower edge. In every second block the
/// grid is rolled up and to the left first, so that other patches meet: `rowShift` rows and `columnShift` columns then come out
/// at the other side, and a mask keeps them from attending to what they were not beside.
///
/// Source: Liu et al. 2021, arXiv:2103.14030, section 3.2.
public struct WindowLayout: Hashable, Sendable {
    /// The grid of patches, without special tokens.
    public let grid: TokenLayout
    /// The number of rows of patches in a window.
    public let rows: Int
    /// The number of patches in a row of a window.
    public let columns: Int
    /// The number of rows that the grid is rolled up.
    public let rowShift: Int
    /// The number of columns that the grid is rolled to the left.
    public let columnShift: Int
    /// Whether the empty places beyond the grid are rolled with it, or are added after it was rolled.
    public let rollsPadding: Bool

    /// Creates the windows of a grid.
    public init(
        grid: TokenLayout, rows: Int, columns: Int, rowShift: Int = 0, columnShift: Int = 0, rollsPadding: Bool = false
    ) {
        self.grid = TokenLayout(special: [], rows: grid.rows, columns: grid.columns)
        self.rows = rows
        self.columns = columns
        self.rowShift = rowShift
        self.columnShift = columnShift
        self.rollsPadding = rollsPadding
    }

    /// The number of rows of windows.
    public var rowsOfWindows: Int { (grid.rows + rows - 1) / rows }
    /// The number of windows in a row.
    public var columnsOfWindows: Int { (grid.columns + columns - 1) / columns }
    /// The number of windows.
    public var count: Int { rowsOfWindows * columnsOfWindows }
    /// The number of places in a window.
    public var size: Int { rows * columns }
    /// Whether the grid is rolled.
    public var isShifted: Bool { rowShift > 0 || columnShift > 0 }

    /// The patch at every place, window by window and row by row in each; −1 for a place beyond the grid.
    public var patches: [Int] {
        places { row, column in
            let across = Self.rolled(column, by: columnShift, of: grid.columns, padded: paddedColumns, rollsPadding)
            let down = Self.rolled(row, by: rowShift, of: grid.rows, padded: paddedRows, rollsPadding)
            return down < grid.rows && across < grid.columns ? down * grid.columns + across : -1
        }
    }

    /// The place of every patch of the grid in ``patches``.
    public var placeOfPatch: [Int] {
        var result = [Int](repeating: 0, count: grid.patchCount)
        for (place, patch) in patches.enumerated() where patch >= 0 { result[patch] = place }
        return result
    }

    /// Whether the places are the patches in their own order: one window that is the whole grid.
    package var isWholeGrid: Bool { count == 1 && rows == grid.rows && columns == grid.columns && !isShifted }

    /// The region of every place: places of different regions of a window were not beside each other before the grid was
    /// rolled.
    package var regions: [Int] {
        places { row, column in
            Self.region(row, of: paddedRows, window: rows, shift: rowShift) * 3
                + Self.region(column, of: paddedColumns, window: columns, shift: columnShift)
        }
    }

    private var paddedRows: Int { rowsOfWindows * rows }
    private var paddedColumns: Int { columnsOfWindows * columns }

    /// Returns a number for every place, window by window, from its row and column in the rolled grid.
    private func places(_ value: (_ row: Int, _ column: Int) -> Int) -> [Int] {
        (0..<count).flatMap { window in
            (0..<size).map { place in
                value(
                    window / columnsOfWindows * rows + place / columns,
                    window % columnsOfWindows * columns + place % columns)
            }
        }
    }

    /// Returns the index before the roll, or one beyond the grid.
    private static func rolled(_ index: Int, by shift: Int, of count: Int, padded: Int, _ rollsPadding: Bool) -> Int {
        if rollsPadding { return (index + shift) % padded }
        return index < count ? (index + shift) % count : count
    }

    private static func region(_ index: Int, of count: Int, window: Int, shift: Int) -> Int {
        guard shift > 0 else { return 0 }
        return index < count - window ? 0 : index < count - shift ? 1 : 2
    }
}

extension WindowLayout {
    /// The windows in words: "64 windows of 7 × 7 patches, shifted by 3 rows and 3 columns".
    public var words: String {
        let windows = count == 1 ? "1 window" : "\(count) windows"
        let sides = [(rowShift, "row"), (columnShift, "column")].map { $0 == 1 ? "1 \($1)" : "\($0) \($1)s" }
        let shift = isShifted ? ", shifted by \(sides[0]) and \(sides[1])" : ""
        return "\(windows) of \(rows) × \(columns) patches\(shift)"
    }
}
