import Platform

/// The largest eigenvalues of a symmetric matrix and their eigenvectors, in double precision.
///
/// Small matrices are diagonalized by ``JacobiEigenvectors``. Larger ones are projected on a Krylov space of a block of
/// vectors, all of which are kept orthogonal, and the space is restarted from its best vectors until the residuals are
/// small: a product of the matrix with a few vectors is all that it costs.
///
/// Source: Golub and Underwood 1977, "The block Lanczos method for computing eigenvalues", with full
/// reorthogonalization and restarts by Ritz vectors.
package struct LeadingEigenvectors: Sendable {
    /// The eigenvalues, largest first.
    package let values: [Double]
    /// A unit vector for each eigenvalue.
    package let vectors: [[Double]]

    /// The largest matrix that is diagonalized as a whole.
    private static let smallSize = 64
    /// The number of vectors that a Krylov space holds, at most.
    private static let spaceSize = 72
    /// How many vectors a block has beyond those that are wanted: they speed up the convergence.
    private static let extraVectors = 3
    /// The largest residual ‖A v − λ v‖ as a share of the largest eigenvalue. The angle between a vector and the
    /// eigenvector is this over the distance to the next eigenvalue.
    private static let tolerance = 1e-9
    /// How often the space is restarted, at most. Eigenvalues that are equal to the tolerance end it without
    /// convergence; then any vectors of their space serve.
    private static let mostRestarts = 100

    /// Finds the eigenvectors of the largest eigenvalues.
    ///
    /// - Parameters:
    ///   - matrix: `[size, size]`, symmetric.
    ///   - count: how many to find, at most `size`.
    ///   - team: the threads that multiply.
    /// - Precondition: `matrix` holds `size²` numbers.
    package init(of matrix: [Double], size: Int, count: Int, team: ThreadTeam) {
        precondition(matrix.count == size * size, "\(matrix.count) numbers are no matrix of \(size) × \(size)")
        let count = min(count, size)
        guard size > Self.smallSize else {
            let all = JacobiEigenvectors(of: matrix, size: size)
            values = Array(all.values.prefix(count))
            vectors = Array(all.vectors.prefix(count))
            return
        }
        let width = count + Self.extraVectors
        var random = RandomSource(seed: 1)
        var start = (0..<width).map { _ in (0..<size).map { _ in Double(random.normal()) } }
        var found: (values: [Double], vectors: [[Double]]) = ([], [])
        for _ in 0..<Self.mostRestarts {
            let space = KrylovSpace(
                of: matrix, size: size, from: start, atMost: max(Self.spaceSize, 4 * width), team: team)
            let best = space.ritzPairs(width)
            found = (best.values, best.vectors)
            let limit = Self.tolerance * max(abs(best.values.first ?? 0), .leastNormalMagnitude)
            if best.residuals.prefix(count).allSatisfy({ $0 <= limit }) || space.isInvariant { break }
            start = best.vectors
        }
        values = Array(found.values.prefix(count))
        vectors = Array(found.vectors.prefix(count))
    }
}

/// An orthonormal basis of the vectors V, A V, A² V, …, with the products A Q.
private struct KrylovSpace {
    private var basis: [[Double]] = []
    private var images: [[Double]] = []
    /// Whether the products lie in the space, so that its Ritz vectors are eigenvectors.
    private(set) var isInvariant = false

    init(of matrix: [Double], size: Int, from start: [[Double]], atMost limit: Int, team: ThreadTeam) {
        var block = added(start)
        while true {
            let products = Self.products(of: matrix, size: size, with: block, team)
            images += products
            guard basis.count + block.count <= min(limit, size) else { return }
            block = added(products)
            if block.isEmpty {
                isInvariant = true
                return
            }
        }
    }

    /// Orthogonalizes vectors against the basis and each other, and adds those of which something is left.
    private mutating func added(_ vectors: [[Double]]) -> [[Double]] {
        var new: [[Double]] = []
        for vector in vectors {
            var rest = vector
            let length = dot(vector, vector).squareRoot()
            guard length > 0, length.isFinite else { continue }
            // Twice is enough (Kahan and Parlett).
            for _ in 0..<2 {
                for other in basis { subtract(dot(rest, other), other, from: &rest) }
            }
            let left = dot(rest, rest).squareRoot()
            guard left > 1e-11 * length else { continue }
            let unit = rest.map { $0 / left }
            basis.append(unit)
            new.append(unit)
        }
        return new
    }

    /// Returns the best approximations of eigenvectors in the space, with their residuals ‖A v − λ v‖.
    func ritzPairs(_ count: Int) -> (values: [Double], vectors: [[Double]], residuals: [Double]) {
        let size = images.count
        var projected = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for column in 0...row {
                // A Q is not exactly symmetric in Q: the mean of both sides is.
                let value = (dot(basis[row], images[column]) + dot(basis[column], images[row])) / 2
                projected[row * size + column] = value
                projected[column * size + row] = value
            }
        }
        let small = JacobiEigenvectors(of: projected, size: size)
        let kept = min(count, size)
        var (vectors, residuals): ([[Double]], [Double]) = ([], [])
        for index in 0..<kept {
            var vector = [Double](repeating: 0, count: basis[0].count)
            var rest = vector
            for (place, share) in small.vectors[index].enumerated() {
                subtract(-share, basis[place], from: &vector)
                subtract(-share, images[place], from: &rest)
            }
            subtract(small.values[index], vector, from: &rest)
            vectors.append(vector)
            residuals.append(dot(rest, rest).squareRoot())
        }
        return (Array(small.values.prefix(kept)), vectors, residuals)
    }

    /// Computes the products of a matrix with some vectors; each row of the matrix is read once.
    private static func products(
        of matrix: [Double], size: Int, with vectors: [[Double]], _ team: ThreadTeam
    ) -> [[Double]] {
        var flat = [Double](repeating: 0, count: vectors.count * size)
        let factors = vectors.flatMap { $0 }
        matrix.withUnsafeBufferPointer { matrix in
            factors.withUnsafeBufferPointer { factors in
                flat.withUnsafeMutableBufferPointer { result in
                    guard let a = matrix.baseAddress, let v = factors.baseAddress, let y = result.baseAddress else {
                        return
                    }
                    nonisolated(unsafe) let (matrix, factors, output) = (a, v, y)
                    team.forEach(of: size, unit: 8, atLeast: 64) { rows in
                        for row in rows {
                            for index in 0..<vectors.count {
                                output[index * size + row] = dot(
                                    matrix + row * size, factors + index * size, count: size)
                            }
                        }
                    }
                }
            }
        }
        return vectors.indices.map { Array(flat[$0 * size..<($0 + 1) * size]) }
    }
}

/// Returns the dot product of two vectors of the same length.
private func dot(_ a: [Double], _ b: [Double]) -> Double {
    a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
            guard let first = a.baseAddress, let second = b.baseAddress else { return 0 }
            return dot(first, second, count: a.count)
        }
    }
}

/// Returns the dot product of two vectors, summed in sixteen lanes.
@inline(__always)
private func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
    var (even, odd) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    var index = 0
    while index + 16 <= count {
        let start = UnsafeRawPointer(a + index)
        let other = UnsafeRawPointer(b + index)
        even += start.loadUnaligned(as: SIMD8<Double>.self) * other.loadUnaligned(as: SIMD8<Double>.self)
        odd +=
            start.loadUnaligned(fromByteOffset: 64, as: SIMD8<Double>.self)
            * other.loadUnaligned(fromByteOffset: 64, as: SIMD8<Double>.self)
        index += 16
    }
    var sum = (even + odd).sum()
    while index < count {
        sum += a[index] * b[index]
        index += 1
    }
    return sum
}

/// Subtracts a multiple of `vector` from `rest`.
private func subtract(_ factor: Double, _ vector: [Double], from rest: inout [Double]) {
    rest.withUnsafeMutableBufferPointer { rest in
        vector.withUnsafeBufferPointer { vector in
            for index in 0..<rest.count { rest[index] -= factor * vector[index] }
        }
    }
}
