import Compute
import Platform
import Testing

@Suite(.timeLimit(.minutes(10))) struct TensorStatisticsTests {
    @Test func addsUpByHand() {
        let statistics = TensorStatistics(Tensor([1, 2, 3, 4, 0], shape: [5]))
        #expect(statistics.minimum == 0)
        #expect(statistics.maximum == 4)
        #expect(statistics.mean == 2)
        #expect(statistics.deviation == 2.0.squareRoot())
        #expect(statistics.zeroCount == 1)
        #expect((statistics.nanCount, statistics.infiniteCount) == (0, 0))
    }

    @Test func leavesOutWhatIsNoNumber() {
        let statistics = TensorStatistics(Tensor([.nan, 3, .infinity, -.infinity, 5], shape: [5]))
        #expect((statistics.minimum, statistics.maximum, statistics.mean, statistics.deviation) == (3, 5, 4, 1))
        #expect((statistics.nanCount, statistics.infiniteCount) == (1, 2))
    }

    @Test func hasNothingToSayOfNothing() {
        for tensor in [Tensor([], shape: [0, 3]), Tensor([.nan], shape: [1])] {
            let statistics = TensorStatistics(tensor)
            #expect(statistics.minimum == nil && statistics.maximum == nil)
            #expect(statistics.mean == nil && statistics.deviation == nil)
        }
    }

    @Test func keepsDigitsOfManyNumbersFarFromZero() {
        let values = (0..<1_000_000).map { 1000 + Float($0 % 2) }
        let statistics = TensorStatistics(Tensor(values, shape: [1000, 1000]))
        #expect(statistics.mean == 1000.5)
        #expect(statistics.deviation == 0.5)
    }

    @Test func distancesAreRelativeToWhatIsExpected() throws {
        let expected = Tensor([3, 4], shape: [2])
        #expect(try Tensor([3, 4.5], shape: [2]).distance(to: expected) == 0.1)
        #expect(try expected.distance(to: expected) == 0)
        let nothing = Tensor([0, 0], shape: [2])
        #expect(try nothing.distance(to: nothing) == 0)
        #expect(try expected.distance(to: nothing) == .infinity)
        #expect(throws: EngineError.self) { try expected.distance(to: Tensor([3, 4], shape: [1, 2])) }
        #expect(Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2]).part(1) == Tensor([3, 4], shape: [2]))
        #expect(Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2]).part(1..<3) == Tensor([3, 4, 5, 6], shape: [2, 2]))
    }
}
