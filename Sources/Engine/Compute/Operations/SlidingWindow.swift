import Platform

/// The windows of a convolution or a pool: where they lie on a grid of tokens.
///
/// A grid's tokens are stored row by row, `[rows · columns, channels]`. Windows that reach beyond the edge see nothing there.
public struct SlidingWindow: Hashable, Sendable {
    /// The number of rows of the grid that it slides over.
    public let rows: Int
    /// The number of tokens in a row of that grid.
    public let columns: Int
    /// The number of rows in a window.
    public let height: Int
    /// The number of columns in a window.
    public let width: Int
    /// The distance between neighboring windows, down and across.
    public let stride: Int
    /// The number of empty rows above the grid, and below it.
    public let paddingRows: Int
    /// The number of empty columns on the left of the grid, and on its right.
    public let paddingColumns: Int
    /// Whether a last window that is not whole is kept, if it begins on the grid: PyTorch's `ceil_mode`.
    public let roundsUp: Bool

    /// Creates windows of `height` × `width` on a grid of `rows` × `columns`.
    ///
    /// - Precondition: the extents and the stride are above 0, and the padding is not negative.
    public init(
        rows: Int, columns: Int, height: Int, width: Int, stride: Int = 1, paddingRows: Int = 0,
        paddingColumns: Int = 0,
        roundsUp: Bool = false
    ) {
        precondition(
            rows > 0 && columns > 0 && height > 0 && width > 0 && stride > 0 && paddingRows >= 0 && paddingColumns >= 0,
            "a window has a size and a stride above 0")
        (self.rows, self.columns, self.height, self.width) = (rows, columns, height, width)
        (self.stride, self.paddingRows, self.paddingColumns) = (stride, paddingRows, paddingColumns)
        self.roundsUp = roundsUp
    }

    /// The number of rows of windows; 0 if none fits.
    public var outputRows: Int { count(rows, height, paddingRows) }
    /// The number of windows in a row; 0 if none fits.
    public var outputColumns: Int { count(columns, width, paddingColumns) }
    /// The number of tokens of the grid that it slides over.
    public var inputCount: Int { rows * columns }
    /// The number of windows.
    public var outputCount: Int { outputRows * outputColumns }
    /// The number of tokens in a window.
    public var tapCount: Int { height * width }

    private func count(_ side: Int, _ window: Int, _ padding: Int) -> Int {
        let free = side + 2 * padding - window + (roundsUp ? stride - 1 : 0)
        guard free >= 0 else { return 0 }
        let count = free / stride + 1
        return roundsUp && (count - 1) * stride >= side + padding ? count - 1 : count
    }

    /// Whether a window is a single token, and there is one for each.
    var isPointwise: Bool {
        height == 1 && width == 1 && stride == 1 && paddingRows == 0 && paddingColumns == 0
    }

    /// Returns the grid's row above which the windows of a row of them begin, which is negative in the padding.
    @inline(__always)
    func firstRow(_ outputRow: Int) -> Int { outputRow * stride - paddingRows }

    /// Returns the grid's column at which a window begins.
    @inline(__always)
    func firstColumn(_ outputColumn: Int) -> Int { outputColumn * stride - paddingColumns }

    /// Returns the rows of a window that lie on the grid.
    @inline(__always)
    func heightRange(_ outputRow: Int) -> Range<Int> { Self.inside(firstRow(outputRow), height, rows) }

    /// Returns the columns of a window that lie on the grid.
    @inline(__always)
    func widthRange(_ outputColumn: Int) -> Range<Int> { Self.inside(firstColumn(outputColumn), width, columns) }

    /// Returns the part of `0..<count` which, moved by `first`, lies in `0..<side`.
    @inline(__always)
    private static func inside(_ first: Int, _ count: Int, _ side: Int) -> Range<Int> {
        let lower = min(max(-first, 0), count)
        return lower..<max(min(count, side - first), lower)
    }

    /// Calls `body` with each row of windows that has a grid's row in it, and which of their rows that is.
    @inline(__always)
    func forEachOutputRow(on row: Int, _ body: (_ outputRow: Int, _ line: Int) -> Void) {
        let outputRows = outputRows
        for line in 0..<height {
            let start = row + paddingRows - line
            guard start >= 0, start % stride == 0, start / stride < outputRows else { continue }
            body(start / stride, line)
        }
    }

    /// Throws unless a grid of tokens has this window's size.
    ///
    /// - Parameter place: names the input, at the beginning of a sentence.
    func check(_ shape: Shape, place: String) throws(EngineError) {
        guard shape.rank == 2, shape[0] == inputCount, outputCount > 0 else {
            throw .shapeMismatch(
                place: place, expected: [max(inputCount, tapCount), shape.dimensions.last ?? 1], found: shape)
        }
    }
}
