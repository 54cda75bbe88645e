import Platform

/// The products of a matrix's rows or columns with each other.
enum GramMatrix {
    /// How many products are summed in float32 before they are added in double precision: the rounding of a longer sum
    /// would show in the eigenvectors of small eigenvalues.
    private static let chunk = 256
    /// How many columns of the result a thread computes at a time.
    private static let width = 128

    /// Computes XᵀX, or XXᵀ, in double precision.
    ///
    /// - Parameters:
    ///   - matrix: X, `[rows, columns]`.
    ///   - ofColumns: whether the products are those of the columns.
    /// - Returns: `[columns, columns]`, or `[rows, rows]`; symmetric.
    static func product(
        _ matrix: UnsafePointer<Float>, rows: Int, columns: Int, ofColumns: Bool, team: ThreadTeam
    ) -> [Double] {
        let size = ofColumns ? columns : rows
        let inner = ofColumns ? rows : columns
        var result = [Double](repeating: 0, count: size * size)
        result.withUnsafeMutableBufferPointer { result in
            guard let start = result.baseAddress else { return }
            nonisolated(unsafe) let (matrix, output) = (matrix, start)
            team.forEach((size + width - 1) / width) { part, _ in
                let first = part * width
                fill(
                    output, columns: first..<min(first + width, size), size: size, inner: inner, matrix,
                    stride: columns, ofColumns: ofColumns)
            }
            for row in 0..<size {
                for column in row + 1..<max(size, row + 1) {
                    output[row * size + column] = output[column * size + row]
                }
            }
        }
        return result
    }

    /// Computes some columns of the result, from the diagonal down.
    private static func fill(
        _ output: UnsafeMutablePointer<Double>, columns: Range<Int>, size: Int, inner: Int,
        _ matrix: UnsafePointer<Float>, stride: Int, ofColumns: Bool
    ) {
        let first = columns.lowerBound
        let count = (size - first) * columns.count
        let sums = UnsafeMutablePointer<Float>.allocate(capacity: count)
        defer { sums.deallocate() }
        for start in Swift.stride(from: 0, to: inner, by: chunk) {
            let offset = ofColumns ? start * stride + first : first * stride + start
            MatrixProduct.multiply(
                rows: size - first, columns: columns.count, inner: min(chunk, inner - start),
                matrix + offset, stride: stride, transposeA: ofColumns,
                matrix + offset, stride: stride, transposeB: !ofColumns, into: sums, stride: columns.count)
            for row in 0..<size - first {
                let target = output + (first + row) * size + first
                let source = sums + row * columns.count
                for column in 0..<columns.count { target[column] += Double(source[column]) }
            }
        }
    }
}
