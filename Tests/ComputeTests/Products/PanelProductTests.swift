import Compute
import Testing

/// Products of small whole numbers, which float32 holds exactly, so that any order of summing gives the same.
@Suite(.timeLimit(.minutes(10))) struct PanelProductTests {
    struct Extents: Sendable, CustomTestStringConvertible {
        let rows: Int
        let columns: Int
        let inner: Int
        var testDescription: String { "\(rows) × \(inner) · \(inner) × \(columns)" }
    }

    /// One of everything, full and ragged tiles, panels and blocks: 14 × 32 and 6 × 16 are the tiles, 256 and 384 the blocks,
    /// 168 and 768 with many rows.
    static let extents = [
        Extents(rows: 1, columns: 1, inner: 1), Extents(rows: 7, columns: 33, inner: 5),
        Extents(rows: 14, columns: 32, inner: 256), Extents(rows: 50, columns: 64, inner: 50),
        Extents(rows: 197, columns: 197, inner: 64), Extents(rows: 29, columns: 31, inner: 260),
        Extents(rows: 3, columns: 16, inner: 17), Extents(rows: 530, columns: 40, inner: 300),
        // Large enough for the next panels to be prefetched.
        Extents(rows: 13, columns: 300, inner: 530),
        // Rows enough for panels to be kept, and rows so far apart that they are packed.
        Extents(rows: 300, columns: 150, inner: 800), Extents(rows: 20, columns: 40, inner: 1024),
    ]

    @Test(arguments: extents)
    func itIsTheProductHoweverTheFactorsLie(_ extents: Extents) {
        for (turnsLeft, turnsRight) in [(false, false), (false, true), (true, false), (true, true)] {
            let factors = Factors(extents, turnsLeft: turnsLeft, turnsRight: turnsRight)
            #expect(factors.product(scale: 2, from: .zero) { $0.run() } == factors.expected(scale: 2))
        }
    }

    @Test(arguments: extents)
    func itStartsFromARowOrFromWhatIsThere(_ extents: Extents) {
        let factors = Factors(extents, turnsLeft: false, turnsRight: true)
        #expect(factors.product(from: .result) { $0.run() } == factors.expected { _, _ in Factors.there })
        let row = (0..<extents.columns).map(Float.init)
        row.withUnsafeBufferPointer { start in
            #expect(factors.product(from: .row(start.baseAddress!)) { $0.run() } == factors.expected { row[$1] })
        }
    }

    @Test(arguments: extents)
    func aMatrixThatWasPackedGivesTheSame(_ extents: Extents) {
        let factors = Factors(extents, turnsLeft: false, turnsRight: true)
        let packed = PackedMatrix()
        #expect(packed.start == nil)
        factors.right.withUnsafeBufferPointer {
            packed.pack($0.baseAddress!, columns: extents.columns, inner: extents.inner, .alone)
        }
        let product = factors.product(from: .zero) { product in
            var product = product
            product.right = .panels(packed.start!)
            product.run()
        }
        #expect(product == factors.expected())
    }

    @Test(arguments: extents)
    func openBLASGivesTheSame(_ extents: Extents) throws {
        let library = try MatrixLibrary(names: MatrixLibrary.names)
        for (turnsLeft, turnsRight) in [(false, false), (false, true), (true, false), (true, true)] {
            let factors = Factors(extents, turnsLeft: turnsLeft, turnsRight: turnsRight)
            #expect(factors.product(scale: 2, from: .zero, run: library.run) == factors.expected(scale: 2))
            #expect(factors.product(from: .result, run: library.run) == factors.expected { _, _ in Factors.there })
        }
    }

    /// A packed matrix is packed once, by all threads of a team together.
    @Test func aTeamPacksTogether() {
        let extents = Extents(rows: 20, columns: 200, inner: 70)
        let factors = Factors(extents, turnsLeft: false, turnsRight: true)
        let packed = PackedMatrix()
        let weights = Parameter(Tensor(factors.right, shape: [200, 70]))
        packed.pack(weights.values, columns: 200, inner: 70, ThreadTeam(count: 3))
        let product = factors.product(from: .zero) { product in
            var product = product
            product.right = .panels(packed.start!)
            product.run()
        }
        #expect(product == factors.expected())
    }
}

/// Two factors and their product, element by element.
private struct Factors {
    /// What lies in the result's place before.
    static let there: Float = 3

    let extents: PanelProductTests.Extents
    let turnsLeft: Bool
    let turnsRight: Bool
    let left: [Float]
    let right: [Float]

    init(_ extents: PanelProductTests.Extents, turnsLeft: Bool, turnsRight: Bool) {
        self.extents = extents
        self.turnsLeft = turnsLeft
        self.turnsRight = turnsRight
        left = (0..<extents.rows * extents.inner).map { Float($0 * 7919 % 13 - 6) }
        right = (0..<extents.inner * extents.columns).map { Float($0 * 104_729 % 11 - 5) }
    }

    /// The product as `run` computes it, in a result whose rows lie further apart than they are long.
    func product(scale: Float = 1, from start: MatrixProduct.Start, run: (PanelProduct) -> Void) -> [Float] {
        let stride = extents.columns + 5
        var result = [Float](repeating: Self.there, count: extents.rows * stride)
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                result.withUnsafeMutableBufferPointer { result in
                    run(
                        PanelProduct(
                            rows: extents.rows, columns: extents.columns, inner: extents.inner, scale: scale,
                            left: MatrixFactor(
                                start: left.baseAddress!, stride: turnsLeft ? extents.rows : extents.inner,
                                isTransposed: turnsLeft),
                            right: .matrix(
                                MatrixFactor(
                                    start: right.baseAddress!, stride: turnsRight ? extents.inner : extents.columns,
                                    isTransposed: turnsRight)),
                            start: start, result: result.baseAddress!, resultStride: stride))
                }
            }
        }
        for row in 0..<extents.rows {
            #expect(result[row * stride + extents.columns..<(row + 1) * stride].allSatisfy { $0 == Self.there })
        }
        return (0..<extents.rows).flatMap { result[$0 * stride..<$0 * stride + extents.columns] }
    }

    func expected(scale: Float = 1, start: (Int, Int) -> Float = { _, _ in 0 }) -> [Float] {
        var result: [Float] = []
        for row in 0..<extents.rows {
            for column in 0..<extents.columns {
                var sum: Float = 0
                for index in 0..<extents.inner {
                    sum +=
                        left[turnsLeft ? index * extents.rows + row : row * extents.inner + index]
                        * right[turnsRight ? column * extents.inner + index : index * extents.columns + column]
                }
                result.append(start(row, column) + scale * sum)
            }
        }
        return result
    }
}
