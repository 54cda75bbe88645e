import CProcessor
import CProducts
import Testing

/// Tiles of every height, for each width of registers that this processor has. All have to give the bits of one fused
/// multiplication and addition after the other, so that a picture does not depend on the processor's registers.
@Suite(.timeLimit(.minutes(10))) struct TileProductTests {
    /// Below a chunk of eight products, one, and some with a rest.
    static let depths = [1, 8, 27]

    @Test(.enabled(if: vitrine_tile_register_bytes() > 0, "no tiles for this processor"), arguments: depths)
    func aNarrowTileAddsOneProductAfterTheOther(depth: Int) {
        for rows in 1...6 {
            let tile = Tile(rows: rows, columns: 16, depth: depth)
            #expect(tile.product { vitrine_multiply($0, rows, 16, false) } == tile.expected)
        }
    }

    @Test(.enabled(if: vitrine_tile_register_bytes() == 64, "no AVX-512 on this processor"), arguments: depths)
    func aWideTileAddsThemAlike(depth: Int) {
        for (rows, columns) in (1...14).flatMap({ [($0, 16), ($0, 32)] }) {
            let tile = Tile(rows: rows, columns: columns, depth: depth)
            #expect(tile.product { vitrine_multiply($0, rows, columns, true) } == tile.expected)
        }
    }

    /// The walk passes over each line once, in chunks, and stops at the end: nothing is read from it.
    @Test func prefetchingEndsWithTheLines() {
        let memory = [Float](repeating: 0, count: 64)
        memory.withUnsafeBufferPointer { start in
            var lines = vitrine_lines(
                row: start.baseAddress, place: 0, left: 2, width: 20, stride: 32, at_once: 3)
            vitrine_prefetch(&lines)
            // Two lines of the first row, one of the second.
            #expect(lines.left == 1 && lines.place == 16 && lines.row == start.baseAddress! + 32)
            vitrine_prefetch(&lines)
            #expect(lines.left == 0)
            vitrine_prefetch(&lines)
            #expect(lines.left == 0)
        }
    }
}

/// A tile's factors, with fractions that are rounded at every step.
private struct Tile {
    let rows: Int
    let columns: Int
    let depth: Int
    let factors: [Float]
    let panel: [Float]
    let start: [Float]

    init(rows: Int, columns: Int, depth: Int) {
        self.rows = rows
        self.columns = columns
        self.depth = depth
        factors = (0..<rows * depth).map { Float($0 * 7919 % 101 - 50) / 7 }
        panel = (0..<depth * columns).map { Float($0 * 104_729 % 97 - 48) / 11 }
        start = (0..<columns).map { Float($0) / 3 }
    }

    func product(_ multiply: (UnsafePointer<vitrine_tile>) -> Void) -> [Float] {
        var result = [Float](repeating: .nan, count: rows * columns)
        factors.withUnsafeBufferPointer { factors in
            panel.withUnsafeBufferPointer { panel in
                start.withUnsafeBufferPointer { start in
                    result.withUnsafeMutableBufferPointer { result in
                        var tile = vitrine_tile(
                            depth: depth, factors: factors.baseAddress, row_stride: depth, step: 1,
                            panel: panel.baseAddress, start: start.baseAddress, start_stride: 0,
                            result: result.baseAddress, result_stride: columns,
                            ahead: vitrine_lines(
                                row: panel.baseAddress, place: 0, left: depth, width: columns, stride: columns,
                                at_once: 1))
                        multiply(&tile)
                    }
                }
            }
        }
        return result
    }

    var expected: [Float] {
        (0..<rows * columns).map { place in
            let (row, column) = (place / columns, place % columns)
            return (0..<depth).reduce(start[column]) { sum, index in
                sum.addingProduct(factors[row * depth + index], panel[index * columns + column])
            }
        }
    }
}
