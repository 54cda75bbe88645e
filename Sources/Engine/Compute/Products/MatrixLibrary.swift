import Glibc
import Platform

/// OpenBLAS, opened when the first model is loaded on a processor that ``PanelProduct`` has no tiles for.
///
/// It is not linked: it would take a seventh of the time in which the kernel starts and a tenth of the memory that it
/// then holds (`docs/kernel-performance.md`), and a cell need not compute.
package final class MatrixLibrary: Sendable {
    /// The file names of the library: the usual one, and that of a build with its own threads.
    package static let names = ["libopenblas.so.0", "libopenblasp.so.0"]

    /// `cblas_sgemm`: order, transpositions, m, n, k, α, A, lda, B, ldb, β, C, ldc.
    ///
    /// Source: BLAS Technical Forum Standard (2001), appendix B, with numbers of 32 bits.
    typealias Product =
        @convention(c) (
            Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>, Int32,
            Float, UnsafeMutablePointer<Float>, Int32
        ) -> Void

    private static let rowMajor: Int32 = 101
    private static let plain: Int32 = 111
    private static let transposed: Int32 = 112

    /// The library; nil if it is missing.
    static let shared = try? MatrixLibrary(names: names)

    private let product: Product
    /// The processor for which its kernels are written, such as "Haswell" or "SkylakeX".
    let processor: String

    /// Opens the first library of `names` that exists, with one thread a call.
    ///
    /// - Throws: ``EngineError/libraryMissing(name:package:)``, also if a function is missing in it.
    package init(names: [String]) throws(EngineError) {
        guard let handle = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first else {
            throw Self.missing
        }
        product = try function("cblas_sgemm", in: handle)
        let setThreadCount: @convention(c) (Int32) -> Void = try function("openblas_set_num_threads", in: handle)
        let processorName: @convention(c) () -> UnsafePointer<CChar> = try function(
            "openblas_get_corename", in: handle)
        setThreadCount(1)
        processor = String(cString: processorName())
    }

    /// Computes a product by OpenBLAS.
    ///
    /// - Precondition: the right factor is not packed.
    package func run(_ product: PanelProduct) {
        guard case .matrix(let right) = product.right else { preconditionFailure("OpenBLAS packs by itself") }
        if case .row(let row) = product.start {
            for index in 0..<product.rows {
                (product.result + index * product.resultStride).update(from: row, count: product.columns)
            }
        }
        let startsFromZero = if case .zero = product.start { true } else { false }
        self.product(
            Self.rowMajor, product.left.isTransposed ? Self.transposed : Self.plain,
            right.isTransposed ? Self.transposed : Self.plain,
            Int32(product.rows), Int32(product.columns), Int32(product.inner), product.scale,
            product.left.start, Int32(product.left.stride), right.start, Int32(right.stride),
            startsFromZero ? 0 : 1, product.result, Int32(product.resultStride))
    }

    fileprivate static let missing = EngineError.libraryMissing(name: "OpenBLAS", package: "libopenblas0")
}

/// Returns a function of the opened library.
private func function<Function>(_ name: String, in handle: UnsafeMutableRawPointer) throws(EngineError) -> Function {
    guard let symbol = dlsym(handle, name) else { throw MatrixLibrary.missing }
    return unsafeBitCast(symbol, to: Function.self)
}
