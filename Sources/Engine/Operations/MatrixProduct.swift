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
        guard let library = MatrixLibrary.shared else { preconditionFailure("prepare() has said that it is missing") }
        library.product(
            MatrixLibrary.rowMajor, transposeA ? MatrixLibrary.transposed : MatrixLibrary.plain,
            transposeB ? MatrixLibrary.transposed : MatrixLibrary.plain,
            Int32(rows), Int32(columns), Int32(inner), scale, a, Int32(aStride), b, Int32(bStride),
            adding ? 1 : 0, result, Int32(resultStride))
    }

    /// Opens OpenBLAS, at the first call.
    ///
    /// - Throws: ``EngineError/libraryMissing(name:package:)``.
    package static func prepare() throws(EngineError) {
        if MatrixLibrary.shared == nil { _ = try MatrixLibrary(names: MatrixLibrary.names) }
    }

    /// The processor that OpenBLAS's kernels are written for, such as "Haswell" or "SkylakeX".
    package static var processor: String { MatrixLibrary.shared?.processor ?? "none" }
}
