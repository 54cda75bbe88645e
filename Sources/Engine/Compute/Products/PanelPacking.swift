/// Neighboring columns of a matrix, packed one row after the other, so that a tile reads them from first to last.
struct PanelPacking {
    /// The first element of the columns' first row.
    var source: UnsafePointer<Float>
    var stride: Int
    /// Whether the matrix is transposed in memory: its columns are the rows there.
    var isTransposed: Bool
    /// The number of rows.
    var depth: Int
    /// The number of columns, at most `width`; the remaining ones get numbers that are never read.
    var columns: Int
    /// The number of the panel's columns, a multiple of 16.
    var width: Int
    var scale: Float

    /// Writes `[depth, width]`.
    func pack(into panel: UnsafeMutablePointer<Float>) {
        for first in Swift.stride(from: 0, to: width, by: 16) {
            let count = min(columns - first, 16)
            if isTransposed {
                transpose(source + first * stride, count, into: panel + first)
            } else if count == 16 {
                copy(source + first, into: panel + first)
            } else {
                copy(source + first, max(count, 0), into: panel + first)
            }
        }
    }

    /// Copies sixteen columns of a row-major matrix.
    private func copy(_ source: UnsafePointer<Float>, into panel: UnsafeMutablePointer<Float>) {
        var source = source
        var panel = panel
        for _ in 0..<depth {
            panel.store(source.wideLanes * scale)
            source += stride
            panel += width
        }
    }

    /// Copies fewer than sixteen.
    private func copy(_ source: UnsafePointer<Float>, _ count: Int, into panel: UnsafeMutablePointer<Float>) {
        for row in 0..<depth {
            for column in 0..<16 {
                panel[row &* width &+ column] = column < count ? source[row &* stride &+ column] * scale : 0
            }
        }
    }

    /// Transposes sixteen columns of a column-major matrix, four rows at a time.
    ///
    /// A quarter of a register holds four rows of one column; a square of four by four is transposed in each.
    private func transpose(_ source: UnsafePointer<Float>, _ count: Int, into panel: UnsafeMutablePointer<Float>) {
        guard count > 0 else { return copy(source, 0, into: panel) }
        let offsets = ColumnOffsets(count: count, stride: stride)
        var row = 0
        while row &+ 4 <= depth {
            let transposed = WideLanes.transposed(
                offsets.load(source + row, 0), offsets.load(source + row, 1), offsets.load(source + row, 2),
                offsets.load(source + row, 3))
            let target = panel + row &* width
            target.store(transposed.0 * scale)
            (target + width).store(transposed.1 * scale)
            (target + 2 &* width).store(transposed.2 * scale)
            (target + 3 &* width).store(transposed.3 * scale)
            row &+= 4
        }
        while row < depth {
            for column in 0..<16 {
                panel[row &* width &+ column] = source[min(column, count &- 1) &* stride &+ row] * scale
            }
            row &+= 1
        }
    }
}

/// The offsets of sixteen columns of a transposed matrix; those past the last repeat it.
private struct ColumnOffsets {
    private let offsets: SIMD16<Int32>

    @inline(__always)
    init(count: Int, stride: Int) {
        var offsets = SIMD16<Int32>()
        for column in 0..<16 { offsets[column] = Int32(min(column, count - 1) * stride) }
        self.offsets = offsets
    }

    /// Loads four rows of the columns `first`, `first` + 4, `first` + 8 and `first` + 12.
    @inline(__always)
    func load(_ row: UnsafePointer<Float>, _ first: Int) -> WideLanes {
        @inline(__always) func quarter(_ index: Int) -> SIMD4<Float> {
            UnsafeRawPointer(row + Int(offsets[first + 4 * index])).loadUnaligned(as: SIMD4<Float>.self)
        }
        return WideLanes(quarter(0), quarter(1), quarter(2), quarter(3))
    }
}

extension WideLanes {
    @inline(__always)
    fileprivate init(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>) {
        self.init(lowHalf: SIMD8(lowHalf: a, highHalf: b), highHalf: SIMD8(lowHalf: c, highHalf: d))
    }

    /// Transposes the four by four square that each quarter of the four registers holds.
    @inline(__always)
    fileprivate static func transposed(
        _ a: WideLanes, _ b: WideLanes, _ c: WideLanes, _ d: WideLanes
    ) -> (WideLanes, WideLanes, WideLanes, WideLanes) {
        let lowAB = byQuarter(a, b) { SIMD4($0.x, $1.x, $0.y, $1.y) }
        let highAB = byQuarter(a, b) { SIMD4($0.z, $1.z, $0.w, $1.w) }
        let lowCD = byQuarter(c, d) { SIMD4($0.x, $1.x, $0.y, $1.y) }
        let highCD = byQuarter(c, d) { SIMD4($0.z, $1.z, $0.w, $1.w) }
        return (
            byQuarter(lowAB, lowCD) { SIMD4(lowHalf: $0.lowHalf, highHalf: $1.lowHalf) },
            byQuarter(lowAB, lowCD) { SIMD4(lowHalf: $0.highHalf, highHalf: $1.highHalf) },
            byQuarter(highAB, highCD) { SIMD4(lowHalf: $0.lowHalf, highHalf: $1.lowHalf) },
            byQuarter(highAB, highCD) { SIMD4(lowHalf: $0.highHalf, highHalf: $1.highHalf) }
        )
    }

    @inline(__always)
    private static func byQuarter(
        _ a: WideLanes, _ b: WideLanes, _ change: (SIMD4<Float>, SIMD4<Float>) -> SIMD4<Float>
    ) -> WideLanes {
        WideLanes(
            change(a.lowHalf.lowHalf, b.lowHalf.lowHalf), change(a.lowHalf.highHalf, b.lowHalf.highHalf),
            change(a.highHalf.lowHalf, b.highHalf.lowHalf), change(a.highHalf.highHalf, b.highHalf.highHalf))
    }
}
