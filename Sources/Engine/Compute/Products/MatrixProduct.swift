import Platform

/// A matrix product on the calling thread; the caller splits the work.
///
/// Computed by ``PanelProduct`` if there are tiles for the processor's registers, which is found out at run time, otherwise by
/// OpenBLAS.
package enum MatrixProduct {
    /// Computes `result = start + scale · a · b`.
    ///
    /// Row-major; a stride is the distance between rows in floats, so parts of wider matrices can be
    /// used in place.
    ///
    /// - Parameters:
    ///   - a: `[rows, inner]`, or `[inner, rows]` with `transposeA`.
    ///   - b: `[inner, columns]`, or `[columns, inner]` with `transposeB`.
    ///   - packed: `b` as packed by ``PackedMatrix``; nil if it was not.
    ///   - result: `[rows, columns]`.
    ///   - start: what the sums start from.
    ///   - nextColumn: the first column of a wider `b` that this thread will probably multiply next, counted from `b`.
    @inline(__always)
    package static func multiply(
        rows: Int, columns: Int, inner: Int, scale: Float = 1,
        _ a: UnsafePointer<Float>, stride aStride: Int, transposeA: Bool = false,
        _ b: UnsafePointer<Float>, stride bStride: Int, transposeB: Bool = false,
        packed: UnsafePointer<Float>? = nil, into result: UnsafeMutablePointer<Float>, stride resultStride: Int,
        from start: Start = .zero, nextColumn: Int? = nil
    ) {
        guard rows > 0, columns > 0, inner > 0 else { return }
        let product = PanelProduct(
            rows: rows, columns: columns, inner: inner, scale: scale,
            left: MatrixFactor(start: a, stride: aStride, isTransposed: transposeA),
            right: packed.map { .panels($0) }
                ?? .matrix(MatrixFactor(start: b, stride: bStride, isTransposed: transposeB)),
            start: start, result: result,
            resultStride: resultStride, nextColumn: nextColumn)
        if usesPanels { product.run() } else { library.run(product) }
    }

    /// The initial value of a product's sums.
    package enum Start {
        /// Zero.
        case zero
        /// The present contents of the result.
        case result
        /// The same row for every row of the result.
        case row(UnsafePointer<Float>)
    }

    /// Whether products are computed by ``PanelProduct``.
    package static let usesPanels = PanelShape.registerBytes > 0

    /// The number of columns that are best multiplied together: the unit for cutting work.
    static let columnUnit = 32

    private static var library: MatrixLibrary {
        guard let library = MatrixLibrary.shared else { preconditionFailure("prepare() must be called before") }
        return library
    }

    /// Prepares for products: opens OpenBLAS at the first call, if it is used.
    ///
    /// - Throws: ``EngineError/libraryMissing(name:package:)``.
    package static func prepare() throws(EngineError) {
        if !usesPanels, MatrixLibrary.shared == nil { _ = try MatrixLibrary(names: MatrixLibrary.names) }
    }

    /// The name of what computes the products: “tiles in registers of 64 bytes”, or OpenBLAS and the processor of its kernels.
    package static var kernel: String {
        usesPanels
            ? "tiles in registers of \(PanelShape.registerBytes) bytes"
            : "OpenBLAS with kernels for \(MatrixLibrary.shared?.processor ?? "none")"
    }
}

/// A matrix in memory, one factor of a product.
package struct MatrixFactor {
    package var start: UnsafePointer<Float>
    /// The distance between rows in memory.
    package var stride: Int
    /// Whether the rows in memory are the factor's columns.
    package var isTransposed: Bool

    package init(start: UnsafePointer<Float>, stride: Int, isTransposed: Bool) {
        self.start = start
        self.stride = stride
        self.isTransposed = isTransposed
    }

    /// Returns the address of an element of the factor.
    @inline(__always)
    func element(_ row: Int, _ column: Int) -> UnsafePointer<Float> {
        start + (isTransposed ? column * stride + row : row * stride + column)
    }
}
