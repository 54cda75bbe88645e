import COpenBLAS
import Foundation

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

    /// Sets OpenBLAS up for use by a ``ThreadTeam``. Does its work at the first call.
    package static func prepare() {
        _ = kernels
    }

    /// The processor that OpenBLAS's kernels are written for: "Haswell", "SkylakeX" …
    package static var processor: String { kernels }

    private static let kernels: String = {
        chooseWiderKernels()
        openblas_set_num_threads(1)
        return String(cString: openblas_get_corename())
    }()

    /// Lets OpenBLAS use AVX-512 where it has not recognised a processor that has it.
    ///
    /// OpenBLAS picks its kernels by processor model. Debian 12's 0.3.21 takes models newer than
    /// itself (AMD Zen 4 and 5) for a Haswell, and leaves half of their speed unused: 117 instead of
    /// 215 GFLOP/s a core for 197 × 192 × 576. It can be told better only through the environment
    /// and only while it starts, so it is started again, which it has functions for. A person's own
    /// `OPENBLAS_CORETYPE` is left alone.
    private static func chooseWiderKernels() {
        guard ["Haswell", "Zen"].contains(String(cString: openblas_get_corename())),
            getenv("OPENBLAS_CORETYPE") == nil, processorHasAVX512(),
            let library = dlopen(nil, RTLD_NOW), let quit = dlsym(library, "gotoblas_dynamic_quit"),
            let start = dlsym(library, "gotoblas_dynamic_init")
        else { return }
        typealias Function = @convention(c) () -> Void
        setenv("OPENBLAS_CORETYPE", "SkylakeX", 1)
        unsafeBitCast(quit, to: Function.self)()
        unsafeBitCast(start, to: Function.self)()
        unsetenv("OPENBLAS_CORETYPE")
    }

    private static func processorHasAVX512() -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
        else { return false }
        let flags = Set(line.split(separator: " "))
        return ["avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"].allSatisfy { flags.contains($0) }
    }
}
