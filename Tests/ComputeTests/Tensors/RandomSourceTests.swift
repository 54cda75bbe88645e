import Compute
import Testing

/// Pictures are the same bytes only as long as their noise is.
@Suite(.timeLimit(.minutes(10))) struct RandomSourceTests {
    /// SplitMix64 fills the state, xoshiro256++ goes on from there: Blackman and Vigna, `splitmix64.c` and
    /// `xoshiro256plusplus.c`. These numbers are those of Rust's `rand_xoshiro` for `seed_from_u64(0)`, too.
    @Test func agreesWithTheReference() {
        var random = RandomSource(seed: 0)
        let numbers = (0..<4).map { _ in random.next() }
        #expect(
            numbers == [
                5_987_356_902_031_041_503, 7_051_070_477_665_621_255, 6_633_766_593_972_829_180,
                211_316_841_551_650_330,
            ])
    }

    @Test func streamsOfOneSeedDiffer() {
        var (first, third) = (RandomSource(seed: 7), RandomSource(seed: 7, stream: 3))
        #expect(first.next() != third.next())
    }

    /// The upper 24 bits of a number, as many as a float holds.
    @Test func uniformNumbersAreFractionsOfTheirRange() {
        var random = RandomSource(seed: 0)
        #expect(random.uniform() == Float(5_987_356_902_031_041_503 as UInt64 >> 40) * 0x1p-24)
        #expect(random.uniform(-1...3) == -1 + 4 * Float(7_051_070_477_665_621_255 as UInt64 >> 40) * 0x1p-24)
    }

    /// Means of 100,000 numbers, within five standard errors of the distribution's own.
    @Test func normalNumbersHaveMeanZeroAndVarianceOne() {
        var random = RandomSource(seed: 1)
        let numbers = (0..<100_000).map { _ in Double(random.normal()) }
        let mean = numbers.reduce(0, +) / 100_000
        let variance = numbers.reduce(0) { $0 + $1 * $1 } / 100_000
        #expect(abs(mean) < 5 / 316.2)
        #expect(abs(variance - 1) < 5 * 1.4142 / 316.2)
    }
}
