import CProcessor
import CProducts

/// A matrix product that packs a panel of the right factor at a time and keeps a tile of the result in registers.
///
/// A panel of 256 rows and 32 columns lies in the first cache while all rows of the left factor pass by it; the next
/// panels are brought nearer meanwhile. The left factor is read where it lies. Source for the blocking: Goto and van de
/// Geijn 2008, Anatomy of High-Performance Matrix Multiplication, with the roles of the factors exchanged.
package struct PanelProduct {
    /// The extents of the result, and how many products each of its elements sums.
    var rows: Int
    var columns: Int
    var inner: Int
    var scale: Float
    var left: MatrixFactor
    package var right: RightFactor
    var start: MatrixProduct.Start
    var result: UnsafeMutablePointer<Float>
    var resultStride: Int

    package init(
        rows: Int, columns: Int, inner: Int, scale: Float, left: MatrixFactor, right: RightFactor,
        start: MatrixProduct.Start, result: UnsafeMutablePointer<Float>, resultStride: Int
    ) {
        self.rows = rows
        self.columns = columns
        self.inner = inner
        self.scale = scale
        self.left = left
        self.right = right
        self.start = start
        self.result = result
        self.resultStride = resultStride
    }

    /// The factor that goes by in panels.
    package enum RightFactor {
        case matrix(MatrixFactor)
        /// Panels that were packed before, by ``PackedMatrix``.
        case panels(UnsafePointer<Float>)
    }

    /// Rows of the left factor whose part for one panel fits into the second cache.
    private static let rowsInCache = 384
    /// From how many floats of the right factor on it is brought nearer in time.
    private static let largeFactor = 1 << 16
    /// So many panels of a matrix that lies straight are brought nearer together: memory is quicker where it is read on.
    private static let panelsAhead = 4

    /// Computes the product.
    package func run() {
        let memory = vitrine_packing_memory()!
        let panels = (columns + PanelShape.width - 1) / PanelShape.width
        let rowBlocks = Cuts(of: rows, atMost: Self.rowsInCache)
        let depthBlocks = Cuts(of: inner, atMost: PanelShape.depth)
        for rowBlock in 0..<rowBlocks.count {
            for depthBlock in 0..<depthBlocks.count {
                let depth = depthBlocks[depthBlock]
                let nextDepth = depthBlock + 1 < depthBlocks.count ? depthBlocks[depthBlock + 1] : nil
                for panel in 0..<panels {
                    let width = min(columns - panel * PanelShape.width, PanelShape.width)
                    var packed = UnsafePointer(memory)
                    switch right {
                    case .matrix(let matrix):
                        PanelPacking(
                            source: matrix.element(depth.lowerBound, panel * PanelShape.width), stride: matrix.stride,
                            isTurned: matrix.isTurned, depth: depth.count, columns: width,
                            width: PanelShape.packedWidth(width), scale: scale
                        ).pack(into: memory)
                    case .panels(let start):
                        packed =
                            start + panel * PanelShape.width * inner + depth.lowerBound * PanelShape.packedWidth(width)
                    }
                    multiply(
                        rowBlocks[rowBlock], by: packed, column: panel * PanelShape.width, width, depth: depth,
                        ahead: linesAhead(panel, of: panels, depth, then: nextDepth),
                        edge: memory + PanelShape.depth * PanelShape.width)
                }
            }
        }
    }

    /// Multiplies rows of the left factor with a packed panel of the columns from `column` on.
    private func multiply(
        _ rows: Range<Int>, by panel: UnsafePointer<Float>, column: Int, _ width: Int, depth: Range<Int>,
        ahead: LineWalk, edge: UnsafeMutablePointer<Float>
    ) {
        let packedWidth = PanelShape.packedWidth(width)
        let (rowStride, step) = left.isTurned ? (1, left.stride) : (left.stride, 1)
        let tiles = Cuts(of: rows.count, atMost: PanelShape.tileRows)
        for tile in 0..<tiles.count {
            let part = tiles[tile]
            let row = rows.lowerBound + part.lowerBound
            let target = result + row * resultStride + column
            let (start, startStride) =
                depth.lowerBound == 0 ? firstStart(target, column) : (UnsafePointer(target), resultStride)
            var product = TileProduct(
                depth: depth.count, factors: left.start + row * rowStride + depth.lowerBound * step,
                rowStride: rowStride, step: step, panel: panel, start: start, startStride: startStride,
                result: target, resultStride: resultStride,
                ahead: ahead.part(tile, of: tiles.count, chunks: (depth.count + 7) / 8))
            if width == packedWidth {
                product.run(rows: part.count, width: packedWidth)
                continue
            }
            // A panel that is not full: the sums of all its columns need a place of their own.
            for row in 0..<part.count {
                (edge + row * packedWidth).update(from: start + row * startStride, count: width)
            }
            product.start = UnsafePointer(edge)
            product.startStride = packedWidth
            product.result = edge
            product.resultStride = packedWidth
            product.run(rows: part.count, width: packedWidth)
            for row in 0..<part.count {
                (target + row * resultStride).update(from: edge + row * packedWidth, count: width)
            }
        }
    }

    /// What a tile's sums start from, and from one row to the next.
    @inline(__always)
    private func firstStart(_ target: UnsafeMutablePointer<Float>, _ column: Int) -> (UnsafePointer<Float>, Int) {
        switch start {
        case .zero: (zeros, 0)
        case .result: (UnsafePointer(target), resultStride)
        case .row(let row): (row + column, 0)
        }
    }

    /// The lines to bring nearer while a panel is multiplied: its share of those that come next.
    private func linesAhead(_ panel: Int, of panels: Int, _ depth: Range<Int>, then next: Range<Int>?) -> LineWalk {
        guard inner * columns > Self.largeFactor else { return .none }
        let together: Int
        switch right {
        case .matrix(let matrix) where !matrix.isTurned: together = Self.panelsAhead
        default: together = 1
        }
        let group = panel / together
        let isLast = (group + 1) * together >= panels
        guard let block = isLast ? next : depth else { return .none }
        let column = isLast ? 0 : (group + 1) * together * PanelShape.width
        let width = min(together * PanelShape.width, columns - column)
        switch right {
        case .panels(let start):
            let packedWidth = PanelShape.packedWidth(width)
            return LineWalk(
                start + column * inner + block.lowerBound * packedWidth, rows: block.count, width: packedWidth,
                stride: packedWidth)
        case .matrix(let matrix):
            let source = matrix.element(block.lowerBound, column)
            let (rows, width) = matrix.isTurned ? (width, block.count) : (block.count, width)
            return LineWalk(source, rows: rows, width: width, stride: matrix.stride)
                .part(panel % together, of: min(together, panels - group * together))
        }
    }
}

/// The sizes of panels and tiles, by the registers that the build knows.
enum PanelShape {
    /// Columns of a panel: with 32 registers of 64 bytes, 14 rows of 32 columns stay in them.
    static var width: Int { isWide ? 32 : 16 }
    /// Rows of a panel; with 32 columns it takes two thirds of the first cache.
    static let depth = 256
    /// Rows of a tile.
    static var tileRows: Int { isWide ? 14 : 6 }

    /// Whether the build knows the widest registers that this processor has, and these are enough for tiles.
    static var isWidest: Bool {
        vitrine_build_register_bytes() >= 32
            && vitrine_build_register_bytes() >= vitrine_processor_register_bytes()
    }

    /// The columns that a panel of so many has with those that nobody reads.
    @inline(__always)
    static func packedWidth(_ columns: Int) -> Int { columns > 16 ? width : 16 }

    private static var isWide: Bool { vitrine_build_register_bytes() == 64 }
}

extension TileProduct {
    @inline(__always)
    fileprivate func run(rows: Int, width: Int) {
        if width == 32 { run(rows: rows, ThirtyTwoColumns.self) } else { run(rows: rows, SixteenColumns.self) }
    }
}

/// A length cut into parts of about the same size.
private struct Cuts {
    private let total: Int
    let count: Int

    @inline(__always)
    init(of total: Int, atMost most: Int) {
        self.total = total
        count = (total + most - 1) / most
    }

    @inline(__always)
    subscript(_ index: Int) -> Range<Int> { total * index / count..<total * (index + 1) / count }
}

/// A row of zeros to start from.
private nonisolated(unsafe) let zeros: UnsafePointer<Float> = {
    let zeros = UnsafeMutablePointer<Float>.allocate(capacity: 32)
    zeros.initialize(repeating: 0, count: 32)
    return UnsafePointer(zeros)
}()
