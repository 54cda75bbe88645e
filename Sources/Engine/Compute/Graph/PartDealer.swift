import Synchronization

/// Deals out the parts of one piece of work after the other.
///
/// A thread holds nothing before it has taken a part, so that nobody waits for one that is not running. Parts are taken from
/// both ends: of two threads each has its own half, step after step, as long as both are as quick.
final class PartDealer: Sendable {
    /// The number of the work in the upper half; the first part that is left and the end of those in the lower.
    private let word = Atomic<UInt64>(0)
    private let unfinished = Atomic<Int>(0)

    /// How many parts a piece of work may have.
    static let most = 1 << 15

    /// Begins the next work; everything before is finished.
    ///
    /// Who takes a part sees what was written before.
    func deal(_ count: Int) {
        unfinished.store(count, ordering: .relaxed)
        let number = word.load(ordering: .relaxed) >> 32 &+ 1
        word.store(number << 32 | UInt64(count), ordering: .sequentiallyConsistent)
    }

    /// Whether there is a part that nobody has taken.
    var hasParts: Bool { Self.hasParts(word.load(ordering: .sequentiallyConsistent)) }

    /// A part that nobody else gets; nil where none is left.
    func take(fromEnd: Bool) -> Int? {
        var seen = word.load(ordering: .acquiring)
        while Self.hasParts(seen) {
            let next = fromEnd ? seen &- 1 : seen &+ 1 << 16
            let (isTaken, found) = word.weakCompareExchange(
                expected: seen, desired: next, successOrdering: .acquiringAndReleasing,
                failureOrdering: .acquiring)
            if isTaken { return Int(fromEnd ? (seen & 0xFFFF) - 1 : seen >> 16 & 0xFFFF) }
            seen = found
        }
        return nil
    }

    /// Says that a part is done; true for the last.
    func finish() -> Bool { unfinished.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }

    private static func hasParts(_ word: UInt64) -> Bool { word >> 16 & 0xFFFF < word & 0xFFFF }
}
