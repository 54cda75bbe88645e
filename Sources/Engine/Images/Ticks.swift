import Foundation

/// The ticks of an axis, at round numbers.
package struct Ticks {
    /// The numbers of the ticks.
    package let values: [Double]
    /// The labels of the ticks.
    package let labels: [String]

    /// Creates at most `count` ticks in a range, 1, 2 or 5 times a power of ten apart.
    ///
    /// - Parameter areWhole: whether the ticks are at whole numbers only.
    package init(in range: ClosedRange<Double>, atMost count: Int, areWhole: Bool = false) {
        var step = Self.step(over: range.upperBound - range.lowerBound, atMost: count)
        if areWhole { step = max(step, 1) }
        let first = (range.lowerBound / step - 1e-9).rounded(.up)
        let last = (range.upperBound / step + 1e-9).rounded(.down)
        guard step.isFinite, step > 0, first.magnitude < 1e15, last.magnitude < 1e15, first <= last else {
            values = []
            labels = []
            return
        }
        let values = (0...Int(last - first)).map { (first + Double($0)) * step }
        let size = max(abs(range.lowerBound), abs(range.upperBound))
        self.values = values
        labels = values.map { Self.words($0, step: step, size: size) }
    }

    /// Returns the smallest step, 1, 2 or 5 times a power of ten, that fits into `length` at most `count` − 1 times.
    private static func step(over length: Double, atMost count: Int) -> Double {
        let rough = length / Double(max(count - 1, 1))
        let power = pow(10, log10(rough).rounded(.down))
        return ([1, 2, 5, 10].first { $0 * power >= rough * (1 - 1e-9) } ?? 10) * power
    }

    /// Formats a number with as many decimals as the step has: "0.25", "1,500", "2e6".
    private static func words(_ value: Double, step: Double, size: Double) -> String {
        let exponent = Int(log10(size).rounded(.down))
        if exponent >= 6 || exponent < -4 {
            let digits = max(0, exponent - Int((log10(step) + 1e-9).rounded(.down)))
            let mantissa = value / pow(10, Double(exponent))
            return (value == 0 ? "0" : mantissa.formatted(digits: digits) + "e\(exponent)").replacing("-", with: "−")
        }
        let digits = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
        var words = value.magnitude.formatted(digits: digits)
        if digits == 0, words.count > 4 {
            for place in stride(from: words.count - 3, to: 0, by: -3) {
                words.insert(",", at: words.index(words.startIndex, offsetBy: place))
            }
        }
        return (value < 0 ? "−" : "") + words
    }

    /// Returns the smallest range that contains all of `values`; 0…1 if there are none.
    static func range(of values: [Double]) -> ClosedRange<Double> {
        guard let low = values.min(), let high = values.max() else { return 0...1 }
        return low...high
    }

    /// Returns the range extended to round numbers.
    static func rounded(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
        let range = widened(range)
        let step = step(over: range.upperBound - range.lowerBound, atMost: 6)
        guard step.isFinite, step > 0 else { return range }
        let low = (range.lowerBound / step + 1e-9).rounded(.down) * step
        let high = (range.upperBound / step - 1e-9).rounded(.up) * step
        return min(low, range.lowerBound)...max(high, range.upperBound)
    }

    /// Returns the range, widened on both sides if it is a single number.
    static func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
        let length = range.upperBound - range.lowerBound
        let size = max(abs(range.lowerBound), abs(range.upperBound))
        guard length <= size * 1e-9 || !length.isFinite else { return range }
        guard length.isFinite else { return -1e300...1e300 }
        let room = size > 0 ? size / 2 : 0.5
        return range.lowerBound - room...range.upperBound + room
    }
}
