/// Sixteen floats that are computed together: one AVX-512 register, two of AVX, four of NEON.
typealias WideLanes = SIMD16<Float>

extension UnsafePointer where Pointee == Float {
    /// The sixteen floats from here on.
    @inline(__always)
    var wideLanes: WideLanes { UnsafeRawPointer(self).loadUnaligned(as: WideLanes.self) }
}

extension UnsafeMutablePointer where Pointee == Float {
    /// Writes sixteen floats from here on.
    @inline(__always)
    func store(_ lanes: WideLanes) {
        UnsafeMutableRawPointer(self).storeBytes(of: lanes, as: WideLanes.self)
    }
}

/// Neighboring columns of a matrix, held in registers.
protocol TileColumns {
    /// The number of columns.
    static var count: Int { get }

    /// Loads the floats from `start` on.
    init(_ start: UnsafePointer<Float>)

    /// Adds `factor` times `columns`.
    mutating func add(_ factor: WideLanes, times columns: Self)

    func store(_ start: UnsafeMutablePointer<Float>)
}

struct SixteenColumns: TileColumns {
    private var lanes: WideLanes

    @inline(__always) static var count: Int { 16 }

    @inline(__always) init(_ start: UnsafePointer<Float>) { lanes = start.wideLanes }

    @inline(__always) mutating func add(_ factor: WideLanes, times columns: Self) {
        lanes = lanes.addingProduct(factor, columns.lanes)
    }

    @inline(__always) func store(_ start: UnsafeMutablePointer<Float>) { start.store(lanes) }
}

struct ThirtyTwoColumns: TileColumns {
    private var left: SixteenColumns
    private var right: SixteenColumns

    @inline(__always) static var count: Int { 32 }

    @inline(__always) init(_ start: UnsafePointer<Float>) {
        left = SixteenColumns(start)
        right = SixteenColumns(start + 16)
    }

    @inline(__always) mutating func add(_ factor: WideLanes, times columns: Self) {
        left.add(factor, times: columns.left)
        right.add(factor, times: columns.right)
    }

    @inline(__always) func store(_ start: UnsafeMutablePointer<Float>) {
        left.store(start)
        right.store(start + 16)
    }
}

/// A few rows of a product, held in registers while the sums grow.
///
/// Rows are built as pairs of pairs, so that the compiler sees one register a row and no loop over rows.
protocol TileRows {
    associatedtype Columns: TileColumns

    /// The number of rows.
    static var count: Int { get }

    /// Loads the rows from `start` on, `stride` apart.
    init(_ start: UnsafePointer<Float>, stride: Int)

    /// Adds to each row its own `factors` element times `columns`; the elements lie `stride` apart.
    mutating func add(_ factors: UnsafePointer<Float>, stride: Int, times columns: Columns)

    func store(_ start: UnsafeMutablePointer<Float>, stride: Int)
}

struct OneRow<Columns: TileColumns>: TileRows {
    private var columns: Columns

    @inline(__always) static var count: Int { 1 }

    @inline(__always) init(_ start: UnsafePointer<Float>, stride: Int) {
        columns = Columns(start)
    }

    @inline(__always) mutating func add(_ factors: UnsafePointer<Float>, stride: Int, times columns: Columns) {
        self.columns.add(WideLanes(repeating: factors.pointee), times: columns)
    }

    @inline(__always) func store(_ start: UnsafeMutablePointer<Float>, stride: Int) {
        columns.store(start)
    }
}

struct RowsTogether<Upper: TileRows, Lower: TileRows>: TileRows where Upper.Columns == Lower.Columns {
    private var upper: Upper
    private var lower: Lower

    @inline(__always) static var count: Int { Upper.count + Lower.count }

    @inline(__always) init(_ start: UnsafePointer<Float>, stride: Int) {
        upper = Upper(start, stride: stride)
        lower = Lower(start + Upper.count &* stride, stride: stride)
    }

    @inline(__always) mutating func add(
        _ factors: UnsafePointer<Float>, stride: Int, times columns: Upper.Columns
    ) {
        upper.add(factors, stride: stride, times: columns)
        lower.add(factors + Upper.count &* stride, stride: stride, times: columns)
    }

    @inline(__always) func store(_ start: UnsafeMutablePointer<Float>, stride: Int) {
        upper.store(start, stride: stride)
        lower.store(start + Upper.count &* stride, stride: stride)
    }
}

typealias TwoRows<C: TileColumns> = RowsTogether<OneRow<C>, OneRow<C>>
typealias FourRows<C: TileColumns> = RowsTogether<TwoRows<C>, TwoRows<C>>
typealias EightRows<C: TileColumns> = RowsTogether<FourRows<C>, FourRows<C>>
