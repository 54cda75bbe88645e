extension Sequence<ClosedRange<Int>> {
    /// The ranges in order, with overlapping and adjacent ones merged.
    package var merged: [ClosedRange<Int>] {
        var result: [ClosedRange<Int>] = []
        for range in sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = result.last, range.lowerBound <= last.upperBound + 1 {
                result[result.count - 1] = last.lowerBound...Swift.max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }
}

extension Sequence<Int> {
    /// The numbers as ranges in order: 3, 0, 1 are 0...1 and 3...3.
    package var closedRanges: [ClosedRange<Int>] { map { $0...$0 }.merged }
}
