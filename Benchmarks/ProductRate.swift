import Engine

/// What OpenBLAS makes of a large product on this machine at this moment: the most that a step could reach.
final class ProductRate {
    /// How many threads the engine works with.
    let threads = ThreadTeam.shared.count
    private let size = 2048
    private let factors: (FloatBuffer, FloatBuffer)
    private let result: FloatBuffer
    private let teams: [ThreadTeam]

    /// Factors of 2048 × 2048 small whole numbers.
    init() {
        factors = (FloatBuffer(count: size * size), FloatBuffer(count: size * size))
        result = FloatBuffer(count: size * size)
        for index in 0..<size * size {
            factors.0.pointer[index] = Float(index % 7)
            factors.1.pointer[index] = Float(index % 5)
        }
        teams = [ThreadTeam(count: 1), .shared]
    }

    /// Floating-point operations per second of one product, its rows shared out among `threads` threads.
    func measure(threads: Int) -> Double {
        nonisolated(unsafe) let (a, b, c) = (factors.0.pointer, factors.1.pointer, result.pointer)
        let size = size
        let clock = Clock()
        teams[threads == 1 ? 0 : 1].run { member in
            let rows = member.part(of: size)
            MatrixProduct.multiply(
                rows: rows.count, columns: size, inner: size, a + rows.lowerBound * size, stride: size, b,
                stride: size, into: c + rows.lowerBound * size, stride: size)
        }
        let (elements, seconds) = (Double(size * size), clock.elapsed)
        return 2 * elements * Double(size) / seconds
    }
}
