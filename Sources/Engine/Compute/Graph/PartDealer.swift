import Synchronization

/// A queue of the parts of one piece of work after the other.
///
/// A thread holds nothing before it has taken a part, so no thread waits for one that is not running. Parts are taken from
/// both ends: two threads that are equally fast keep to their own half, step after step.
final class PartDealer: Sendable {
    /// The number of the work in the upper half; the first part that is left and the end of those in the lower.
    private let word = Atomic<UInt64>(0)
    private let unfinished = Atomic<Int>(0)

    /// The largest number of parts that a piece of work may have.
    static let most = 1 << 15

    /// Begins the next work; all earlier work is finished.
    ///
    /// A thread that takes a part sees all earlier writes.
    func deal(_ count: Int) {
        unfinished.store(count, ordering: .relaxed)
        let number = word.load(ordering: .relaxed) >> 32 &+ 1
        word.store(number << 32 | UInt64(count), ordering: .sequentiallyConsistent)
    }

    /// Whether a part is left to take.
    var hasParts: Bool { Self.hasParts(word.load(ordering: .sequentiallyConsistent)) }

    /// Takes a part, which no other thread takes then; returns nil if none is left.
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

    /// Marks a part as done; returns true for the last one.
    func finish() -> Bool { unfinished.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }

    private static func hasParts(_ word: UInt64) -> Bool { word >> 16 & 0xFFFF < word & 0xFFFF }
}
