import CProducts

/// The product of a tile's rows and a panel, and where its sums are stored.
///
///     result[r, c] = start[r, c] + Σₖ factors[r, k] · panel[k, c]
struct TileProduct {
    /// The number of products in each sum.
    var depth: Int
    /// The tile's first row of the left factor.
    var factors: UnsafePointer<Float>
    /// The distance between rows of the left factor, and between its elements in a sum.
    var rowStride: Int
    var step: Int
    /// `[depth, columns]`, packed.
    var panel: UnsafePointer<Float>
    /// The initial value of the sums; with a stride of 0 the same for every row.
    var start: UnsafePointer<Float>
    var startStride: Int
    var result: UnsafeMutablePointer<Float>
    var resultStride: Int
    /// The cache lines to prefetch meanwhile.
    var ahead: LineWalk

    /// Multiplies `rows` rows, at most ``PanelShape/tileRows``.
    @inline(__always)
    func run<Columns: TileColumns>(rows: Int, _: Columns.Type) {
        switch rows {
        case 1: run(OneRow<Columns>.self)
        case 2: run(TwoRows<Columns>.self)
        case 3: run(RowsTogether<TwoRows<Columns>, OneRow<Columns>>.self)
        case 4: run(FourRows<Columns>.self)
        case 5: run(RowsTogether<FourRows<Columns>, OneRow<Columns>>.self)
        case 6: run(RowsTogether<FourRows<Columns>, TwoRows<Columns>>.self)
        case 7: run(RowsTogether<FourRows<Columns>, RowsTogether<TwoRows<Columns>, OneRow<Columns>>>.self)
        case 8: run(EightRows<Columns>.self)
        case 9: run(RowsTogether<EightRows<Columns>, OneRow<Columns>>.self)
        case 10: run(RowsTogether<EightRows<Columns>, TwoRows<Columns>>.self)
        case 11: run(RowsTogether<EightRows<Columns>, RowsTogether<TwoRows<Columns>, OneRow<Columns>>>.self)
        case 12: run(RowsTogether<EightRows<Columns>, FourRows<Columns>>.self)
        case 13: run(RowsTogether<EightRows<Columns>, RowsTogether<FourRows<Columns>, OneRow<Columns>>>.self)
        case 14: run(RowsTogether<EightRows<Columns>, RowsTogether<FourRows<Columns>, TwoRows<Columns>>>.self)
        default: preconditionFailure("a tile of \(rows) rows")
        }
    }

    @inline(never)
    private func run<Rows: TileRows>(_: Rows.Type) {
        var sums = Rows(start, stride: startStride)
        var factors = factors
        var panel = panel
        var ahead = ahead
        var left = depth
        while left > 0 {
            let some = min(left, 8)
            for _ in 0..<some {
                sums.add(factors, stride: rowStride, times: Rows.Columns(panel))
                factors += step
                panel += Rows.Columns.count
            }
            left &-= some
            ahead.prefetchSome()
        }
        sums.store(result, stride: resultStride)
    }
}

/// The cache lines of a block of a matrix, prefetched a few at a time.
struct LineWalk: @unchecked Sendable {
    private var row: UnsafePointer<Float>
    private var left: Int
    private let width: Int
    private let stride: Int
    private var place = 0
    private var atOnce = 0

    /// A walk over no lines.
    static let none = LineWalk(UnsafePointer(bitPattern: 64)!, rows: 0, width: 1, stride: 0)

    /// Creates a walk over the lines of `rows` rows of `width` floats, `stride` apart.
    @inline(__always)
    init(_ start: UnsafePointer<Float>, rows: Int, width: Int, stride: Int) {
        row = start
        left = rows
        self.width = width
        self.stride = stride
    }

    /// Returns one of `count` parts of about the same size, to be prefetched in `chunks` chunks.
    @inline(__always)
    func part(_ index: Int, of count: Int, chunks: Int = 1) -> LineWalk {
        var part = self
        let first = left * index / count
        part.row = row + first * stride
        part.left = left * (index + 1) / count - first
        part.atOnce = (part.left * ((width + 15) / 16) + chunks - 1) / chunks
        return part
    }

    /// Prefetches the next chunk.
    @inline(__always)
    mutating func prefetchSome() {
        for _ in 0..<atOnce {
            guard left > 0 else { return }
            vitrine_prefetch(row + place)
            place &+= 16
            if place >= width {
                place = 0
                row += stride
                left &-= 1
            }
        }
    }
}
