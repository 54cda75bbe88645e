/// All eigenvalues and eigenvectors of a small symmetric matrix, in double precision.
///
/// Each rotation makes one element off the diagonal zero; after a few rounds over all of them nothing is left there.
///
/// Source: Golub and Van Loan, "Matrix Computations", 4th edition, section 8.5 (cyclic Jacobi).
struct JacobiEigenvectors {
    /// The eigenvalues, largest first.
    let values: [Double]
    /// A unit vector for each eigenvalue.
    let vectors: [[Double]]

    private static let mostRounds = 60

    /// Diagonalizes a matrix.
    ///
    /// - Parameter matrix: `[size, size]`, symmetric.
    init(of matrix: [Double], size: Int) {
        var a = matrix
        // The eigenvectors as rows.
        var v = [Double](repeating: 0, count: size * size)
        for index in 0..<size { v[index * size + index] = 1 }
        let whole = matrix.reduce(0) { $0 + $1 * $1 }
        a.withUnsafeMutableBufferPointer { a in
            v.withUnsafeMutableBufferPointer { v in
                for _ in 0..<Self.mostRounds {
                    var off = 0.0
                    for row in 0..<size {
                        for column in 0..<row { off += a[row * size + column] * a[row * size + column] }
                    }
                    if off <= 1e-30 * whole { break }
                    for p in 0..<max(size - 1, 0) {
                        for q in p + 1..<size { Self.rotate(a, v, size, p, q) }
                    }
                }
            }
        }
        let order = (0..<size).sorted { a[$0 * size + $0] > a[$1 * size + $1] }
        values = order.map { a[$0 * size + $0] }
        vectors = order.map { Array(v[$0 * size..<($0 + 1) * size]) }
    }

    /// Rotates the plane of two axes such that the element between them becomes zero.
    @inline(__always)
    private static func rotate(
        _ a: UnsafeMutableBufferPointer<Double>, _ v: UnsafeMutableBufferPointer<Double>, _ size: Int, _ p: Int,
        _ q: Int
    ) {
        let between = a[p * size + q]
        guard between != 0 else { return }
        let tau = (a[q * size + q] - a[p * size + p]) / (2 * between)
        let tangent = (tau < 0 ? -1 : 1) / (tau.magnitude + (1 + tau * tau).squareRoot())
        let cosine = 1 / (1 + tangent * tangent).squareRoot()
        let sine = tangent * cosine
        for k in 0..<size {
            let (x, y) = (a[p * size + k], a[q * size + k])
            a[p * size + k] = cosine * x - sine * y
            a[q * size + k] = sine * x + cosine * y
        }
        for k in 0..<size {
            let (x, y) = (a[k * size + p], a[k * size + q])
            a[k * size + p] = cosine * x - sine * y
            a[k * size + q] = sine * x + cosine * y
        }
        a[p * size + q] = 0
        a[q * size + p] = 0
        for k in 0..<size {
            let (x, y) = (v[p * size + k], v[q * size + k])
            v[p * size + k] = cosine * x - sine * y
            v[q * size + k] = sine * x + cosine * y
        }
    }
}
