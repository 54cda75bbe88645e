import CProducts

/// The cache lines of a block of a matrix, prefetched a few at a time while a tile is multiplied.
typealias LineWalk = vitrine_lines

extension LineWalk {
    /// A walk over no lines.
    @inline(__always)
    static var none: LineWalk { LineWalk(nil, rows: 0, width: 1, stride: 0) }

    /// Creates a walk over the lines of `rows` rows of `width` floats, `stride` apart.
    @inline(__always)
    init(_ start: UnsafePointer<Float>?, rows: Int, width: Int, stride: Int) {
        self.init(row: start, place: 0, left: rows, width: width, stride: stride, at_once: 0)
    }

    /// Returns one of `count` parts of about the same size, to be prefetched in `chunks` chunks.
    @inline(__always)
    func part(_ index: Int, of count: Int, chunks: Int = 1) -> LineWalk {
        var part = self
        let first = left * index / count
        part.row = row.map { $0 + first * stride }
        part.left = left * (index + 1) / count - first
        part.at_once = (part.left * ((width + 15) / 16) + chunks - 1) / chunks
        return part
    }
}
