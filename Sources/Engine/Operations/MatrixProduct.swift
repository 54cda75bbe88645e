import COpenBLAS

/// Matrix products through OpenBLAS, one thread a call; the caller splits the work.
package enum MatrixProduct {
    /// Computes `result = scale · a · b`, or adds that to `result`.
    ///
    /// Row-major; a stride is the distance between rows in floats, so parts of wider matrices can be
    /// used in place.
    ///
    /// - Parameters:
    ///   - a: `[rows, inner]`, or `[inner, rows]` with `transposeA`.
    ///   - b: `[inner, columns]`, or `[columns, inner]` with `transposeB`.
    ///   - result: `[rows, columns]`.
    @inline(__always)
    package static func multiply(
        rows: Int, columns: Int, inner: Int, scale: Float = 1,
        _ a: UnsafePointer<Float>, stride aStride: Int, transposeA: Bool = false,
        _ b: UnsafePointer<Float>, stride bStride: Int, transposeB: Bool = false,
        into result: UnsafeMutablePointer<Float>, stride resultStride: Int, adding: Bool = false
    ) {
        guard rows > 0, columns > 0, inner > 0 else { return }
        cblas_sgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            Int32(rows), Int32(columns), Int32(inner), scale, a, Int32(aStride), b, Int32(bStride),
            adding ? 1 : 0, result, Int32(resultStride))
    }

    /// Sets OpenBLAS up for use by a ``ThreadTeam``.
    ///
    /// Does its work at the first call.
    package static func prepare() {
        _ = kernels
    }

    /// The processor that OpenBLAS's kernels are written for, such as "Haswell" or "SkylakeX".
    package static var processor: String { kernels }

    private static let kernels: String = {
        openblas_set_num_threads(1)
        return String(cString: openblas_get_corename())
    }()
}
