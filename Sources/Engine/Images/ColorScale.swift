import Foundation

/// Which number has which color.
public struct ColorScale: Hashable, Sendable {
    /// The colors.
    public let map: ColorMap
    /// The numbers at the map's ends.
    public let range: ClosedRange<Float>
    /// Whether there are numbers below the range, which have its lower end's color.
    public let clipsBelow: Bool
    /// Whether there are numbers above the range, which have its upper end's color.
    public let clipsAbove: Bool

    /// A scale for `values`; those that are not finite are left out.
    ///
    /// Numbers that lie on both sides of zero get a scale with zero in its middle; others reach from the smallest to
    /// the largest.
    ///
    /// - Parameters:
    ///   - clipping: which share of the numbers may lie outside, 0 to under 1, so that a few extreme ones do not take
    ///     all of the colors: the largest, or around zero those furthest from it.
    ///   - range: a range that is asked for, so that several pictures can be compared.
    public init(for values: some Sequence<Float>, clipping: Float = 0, range: ClosedRange<Float>? = nil) {
        let finite = values.filter(\.isFinite)
        let (smallest, largest) = (finite.min() ?? 0, finite.max() ?? 0)
        let range = range ?? Self.range(of: finite, from: smallest, to: largest, clipping: clipping)
        self.range = range
        map = range.lowerBound < 0 && range.upperBound > 0 ? .blueRed : .viridis
        clipsBelow = smallest < range.lowerBound
        clipsAbove = largest > range.upperBound
    }

    private static func range(
        of values: [Float], from smallest: Float, to largest: Float, clipping: Float
    ) -> ClosedRange<Float> {
        func kept(_ sizes: [Float]) -> Float {
            guard clipping > 0, !sizes.isEmpty else { return sizes.max() ?? 0 }
            let place = Float(sizes.count - 1) * (1 - min(clipping, 1))
            return sizes.sorted()[Int(place.rounded(.up))]
        }
        if smallest < 0, largest > 0 {
            let end = kept(values.map(abs))
            return -end...end
        }
        return smallest...max(kept(values), smallest)
    }

    /// The color of a number.
    ///
    /// - Precondition: it is not NaN.
    public func color(of value: Float) -> SIMD3<UInt8> {
        let width = range.upperBound - range.lowerBound
        // A width beyond what a float holds must not make NaN of the ends.
        guard width > 0, width.isFinite else { return map.color(at: value > range.lowerBound ? 1 : 0) }
        return map.color(at: (value - range.lowerBound) / width)
    }

    /// What is written below the scale's lower end, middle and upper end: "−0.500", "0", "> 0.500".
    ///
    /// Where all numbers are the same there is that one alone.
    public var labels: [String] {
        guard range.lowerBound < range.upperBound else { return [Self.words(range.lowerBound, of: range.upperBound)] }
        let size = max(abs(range.lowerBound), abs(range.upperBound))
        let middle = range.lowerBound / 2 + range.upperBound / 2
        return [
            (clipsBelow ? "< " : "") + Self.words(range.lowerBound, of: size),
            Self.words(middle, of: size),
            (clipsAbove ? "> " : "") + Self.words(range.upperBound, of: size),
        ]
    }

    /// A number with three significant digits for numbers as large as `size`: "12.3", "0.0420", "−1.20e−5".
    package static func words(_ value: Float, of size: Float) -> String {
        guard value.isFinite else { return value.isNaN ? "no number" : value < 0 ? "−∞" : "∞" }
        guard value != 0 else { return "0" }
        let exponent = size == 0 || !size.isFinite ? 0 : Int(log10(Double(abs(size))).rounded(.down))
        let words: String
        if (-3..<6).contains(exponent) {
            words = Double(value).formatted(digits: max(0, 2 - exponent))
        } else {
            words = (Double(value) / pow(10, Double(exponent))).formatted(digits: 2) + "e\(exponent)"
        }
        return words.replacing("-", with: "−")
    }
}
