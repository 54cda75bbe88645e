/// A matrix product by packed panels of the right factor that keeps a tile of the result in registers.
///
/// With few rows a panel of 256 rows and 32 columns is packed at a time. It stays in the first-level cache while
/// all rows of the left factor, which are read in place, are multiplied with it; the next panels are prefetched meanwhile.
/// With many rows the panels are deeper and kept for the next rows, and a block of the left factor is packed as well; both stay
/// in the second-level cache, and a tile of the result is seldom loaded and stored.
///
/// Source for the blocking: Goto and van de Geijn 2008, Anatomy of High-Performance Matrix Multiplication, with the roles of
/// the factors exchanged.
package struct PanelProduct {
    /// The extents of the result, and the number of products in each of its sums.
    var rows: Int
    var columns: Int
    var inner: Int
    var scale: Float
    var left: MatrixFactor
    package var right: RightFactor
    var start: MatrixProduct.Start
    var result: UnsafeMutablePointer<Float>
    var resultStride: Int
    /// The first column that the calling thread will probably multiply next, counted from this product's first; nil if
    /// unknown.
    var nextColumn: Int?

    package init(
        rows: Int, columns: Int, inner: Int, scale: Float, left: MatrixFactor, right: RightFactor,
        start: MatrixProduct.Start, result: UnsafeMutablePointer<Float>, resultStride: Int, nextColumn: Int? = nil
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
        self.nextColumn = nextColumn
    }

    /// The right factor, which is multiplied panel by panel.
    package enum RightFactor {
        case matrix(MatrixFactor)
        /// Panels that were packed before, by ``PackedMatrix``.
        case panels(UnsafePointer<Float>)
    }

    /// The number of floats from which on the right factor is prefetched.
    private static let largeFactor = 1 << 16
    /// The number of panels of a row-major matrix that are prefetched together: memory is faster when read in sequence.
    private static let panelsAhead = 4

    /// Computes the product.
    package func run() {
        let blocks = PanelShape.blocks(rows: rows, columns: columns)
        let memory = PackingMemory.ofThread
        var kept: UnsafeMutablePointer<Float>?
        if blocks.keepsPanels, case .matrix = right {
            kept = memory.right(PackedMatrix.count(inner: inner, columns: columns))
        }
        let rowBlocks = Cuts(of: rows, atMost: blocks.rows)
        var product = self
        for rowBlock in 0..<rowBlocks.count {
            product.multiply(rowBlocks[rowBlock], blocks, keeping: kept, memory)
            if let kept { product.right = .panels(kept) }
        }
    }

    /// Multiplies a block of rows, keeping the panels that it packs for the next one if there is memory for them.
    private func multiply(
        _ rows: Range<Int>, _ blocks: PanelShape.Blocks, keeping kept: UnsafeMutablePointer<Float>?,
        _ memory: PackingMemory
    ) {
        let panels = (columns + PanelShape.width - 1) / PanelShape.width
        let depthBlocks = Cuts(of: inner, atMost: blocks.depth)
        for depthBlock in 0..<depthBlocks.count {
            let depth = depthBlocks[depthBlock]
            let factors = leftFactors(rows, depth, packed: blocks.packsLeft(left), memory)
            let nextDepth = depthBlock + 1 < depthBlocks.count ? depthBlocks[depthBlock + 1] : nil
            for panel in 0..<panels {
                let column = panel * PanelShape.width
                let width = min(columns - column, PanelShape.width)
                let place = column * inner + depth.lowerBound * PanelShape.packedWidth(width)
                let packed: UnsafePointer<Float>
                switch right {
                case .matrix(let matrix):
                    let target = kept.map { $0 + place } ?? memory.panel
                    pack(matrix, column, width, depth, into: target)
                    packed = UnsafePointer(target)
                case .panels(let start):
                    packed = start + place
                }
                multiply(
                    rows, factors, by: packed, column: column, width, depth: depth,
                    ahead: linesAhead(panel, of: panels, depth, then: nextDepth), edge: memory.edge)
            }
        }
    }

    private func pack(
        _ matrix: MatrixFactor, _ column: Int, _ width: Int, _ depth: Range<Int>,
        into panel: UnsafeMutablePointer<Float>
    ) {
        PanelPacking(
            source: matrix.element(depth.lowerBound, column), stride: matrix.stride, isTransposed: matrix.isTransposed,
            depth: depth.count, columns: width, width: PanelShape.packedWidth(width), scale: scale
        ).pack(into: panel)
    }

    /// Returns a block of the left factor, in place or packed tile by tile.
    private func leftFactors(
        _ rows: Range<Int>, _ depth: Range<Int>, packed: Bool, _ memory: PackingMemory
    ) -> TileFactors {
        guard packed else {
            let (rowStride, step) = left.isTransposed ? (1, left.stride) : (left.stride, 1)
            return TileFactors(
                start: left.element(rows.lowerBound, depth.lowerBound), rowStride: rowStride, step: step,
                tileStride: nil)
        }
        let packedRows = PanelShape.packedTileRows
        let tiles = Cuts(of: rows.count, atMost: PanelShape.tileRows)
        for tile in 0..<tiles.count {
            let part = tiles[tile]
            PanelPacking(
                source: left.element(rows.lowerBound + part.lowerBound, depth.lowerBound), stride: left.stride,
                isTransposed: !left.isTransposed, depth: depth.count, columns: part.count, width: packedRows, scale: 1
            ).pack(into: memory.left + tile * depth.count * packedRows)
        }
        return TileFactors(
            start: UnsafePointer(memory.left), rowStride: 1, step: packedRows, tileStride: depth.count * packedRows)
    }

    /// Multiplies rows of the left factor by a packed panel of the columns from `column` on.
    private func multiply(
        _ rows: Range<Int>, _ factors: TileFactors, by panel: UnsafePointer<Float>, column: Int, _ width: Int,
        depth: Range<Int>, ahead: LineWalk, edge: UnsafeMutablePointer<Float>
    ) {
        let packedWidth = PanelShape.packedWidth(width)
        let tiles = Cuts(of: rows.count, atMost: PanelShape.tileRows)
        for tile in 0..<tiles.count {
            let part = tiles[tile]
            let target = result + (rows.lowerBound + part.lowerBound) * resultStride + column
            let (start, startStride) =
                depth.lowerBound == 0 ? firstStart(target, column) : (UnsafePointer(target), resultStride)
            var product = TileProduct(
                depth: depth.count, factors: factors.tile(tile, row: part.lowerBound), row_stride: factors.rowStride,
                step: factors.step, panel: panel, start: start, start_stride: startStride,
                result: target, result_stride: resultStride,
                ahead: ahead.part(tile, of: tiles.count, chunks: (depth.count + 7) / 8))
            if width == packedWidth {
                product.run(rows: part.count, width: packedWidth)
                continue
            }
            // The panel is not full: the sums of all its columns need memory of their own.
            for row in 0..<part.count {
                (edge + row * packedWidth).update(from: start + row * startStride, count: width)
            }
            product.start = UnsafePointer(edge)
            product.start_stride = packedWidth
            product.result = edge
            product.result_stride = packedWidth
            product.run(rows: part.count, width: packedWidth)
            for row in 0..<part.count {
                (target + row * resultStride).update(from: edge + row * packedWidth, count: width)
            }
        }
    }

    /// Returns what a tile's sums start from, and the stride of its rows.
    @inline(__always)
    private func firstStart(_ target: UnsafeMutablePointer<Float>, _ column: Int) -> (UnsafePointer<Float>, Int) {
        switch start {
        case .zero: (zeros, 0)
        case .result: (UnsafePointer(target), resultStride)
        case .row(let row): (row + column, 0)
        }
    }

    /// Returns the lines to prefetch while a panel is multiplied: its share of those that are used next.
    private func linesAhead(_ panel: Int, of panels: Int, _ depth: Range<Int>, then next: Range<Int>?) -> LineWalk {
        guard nextColumn != nil || inner * columns > Self.largeFactor else { return .none }
        let together: Int
        switch right {
        case .matrix(let matrix) where !matrix.isTransposed: together = Self.panelsAhead
        default: together = 1
        }
        let group = panel / together
        let isLast = (group + 1) * together >= panels
        let block: Range<Int>
        let column: Int
        let width: Int
        if !isLast || next != nil {
            block = isLast ? next ?? depth : depth
            column = isLast ? 0 : (group + 1) * together * PanelShape.width
            width = min(together * PanelShape.width, columns - column)
        } else if let nextColumn {
            block = 0..<(depth.lowerBound == 0 ? depth.count : min(depth.count, depth.lowerBound))
            column = nextColumn
            width = PanelShape.width
        } else {
            return .none
        }
        switch right {
        case .panels(let start):
            let packedWidth = PanelShape.packedWidth(width)
            return LineWalk(
                start + column * inner + block.lowerBound * packedWidth, rows: block.count, width: packedWidth,
                stride: packedWidth)
        case .matrix(let matrix):
            let source = matrix.element(block.lowerBound, column)
            let (rows, width) = matrix.isTransposed ? (width, block.count) : (block.count, width)
            return LineWalk(source, rows: rows, width: width, stride: matrix.stride)
                .part(panel % together, of: min(together, panels - group * together))
        }
    }
}

/// A block of the left factor, as its tiles read it.
private struct TileFactors {
    let start: UnsafePointer<Float>
    /// The distance between rows, and between elements of a sum.
    let rowStride: Int
    let step: Int
    /// The distance between packed tiles; nil if the factor is read in place.
    let tileStride: Int?

    @inline(__always)
    func tile(_ index: Int, row: Int) -> UnsafePointer<Float> {
        start + (tileStride.map { index * $0 } ?? row * rowStride)
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
