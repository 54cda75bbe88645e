import Foundation

/// The mapping of numbers to colors.
public struct ColorScale: Hashable, Sendable {
    /// The colors.
    public let map: ColorMap
    /// The numbers at the map's ends.
    public let range: ClosedRange<Float>
    /// Whether there are numbers below the range, which have its lower end's color.
    public let clipsBelow: Bool
    /// Whether there are numbers above the range, which have its upper end's color.
    public let clipsAbove: Bool

    /// Creates a scale for `values`; those that are not finite are left out.
    ///
    /// If the numbers lie on both sides of zero, zero is in the middle of the scale; otherwise the scale reaches from
    /// the smallest to the largest.
    ///
    /// - Parameters:
    ///   - clipping: the share of the numbers that may lie outside the range, 0 to under 1, so that a few extreme ones
    ///     do not take up all of the colors: the largest, or around zero those furthest from it.
    ///   - range: a given range, so that several pictures can be compared.
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

    /// Returns the color of a number.
    ///
    /// - Precondition: it is not NaN.
    public func color(of value: Float) -> SIMD3<UInt8> {
        let width = range.upperBound - range.lowerBound
        // A width that overflows must not turn the ends into NaN.
        guard width > 0, width.isFinite else { return map.color(at: value > range.lowerBound ? 1 : 0) }
        return map.color(at: (value - range.lowerBound) / width)
    }

    /// The labels of the scale's lower end, middle and upper end: "−0.500", "0", "> 0.500".
    ///
    /// If all numbers are the same, there is a single label.
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

    /// Formats a number with three significant digits for numbers as large as `size`: "12.3", "0.0420", "−1.20e−5".
    package static func words(_ value: Float, of size: Float) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
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

// MARK: - Drawing

// A scale is drawn as a bar of all colors, with numbers under its ends and its middle.
extension ColorScale {
    /// Returns the height of a drawn scale in pixels.
    static func height(_ lettering: Lettering) -> Int {
        barHeight(lettering) + Int((lettering.capHeight * 1.9).rounded(.up))
    }

    /// Draws the scale with its top left corner at `left`, `top`, in pixels.
    ///
    /// - Precondition: it lies inside the picture.
    func draw(
        on image: inout Image, left: Int, top: Int, width: Int, lettering: Lettering, color: SIMD3<UInt8>
    ) {
        var bar = Image(width: width, height: Self.barHeight(lettering), color: .zero)
        for x in 0..<width {
            let share = width > 1 ? Float(x) / Float(width - 1) : 0
            let shade = range.lowerBound < range.upperBound ? map.color(at: share) : self.color(of: range.lowerBound)
            for y in 0..<bar.height { bar[x, y] = shade }
        }
        image.put(bar, left: left, top: top)
        let baseline = Double(top + bar.height) + lettering.capHeight * 1.55
        for (text, place) in Self.labelPositions(labels, width: Double(width), lettering: lettering) {
            lettering.draw(text, on: &image, left: Double(left) + place, baseline: baseline, color: color)
        }
    }

    private static func barHeight(_ lettering: Lettering) -> Int { max(Int(lettering.capHeight * 0.8), 5) }

    /// Returns where each label starts; the middle one is left out if it would touch the others.
    private static func labelPositions(
        _ labels: [String], width: Double, lettering: Lettering
    ) -> [(text: String, left: Double)] {
        guard labels.count == 3 else { return labels.map { ($0, 0) } }
        let widths = labels.map(lettering.width(of:))
        let lefts = [0, (width - widths[1]) / 2, width - widths[2]]
        let gap = lettering.capHeight * 0.6
        let hasRoom = lefts[1] >= widths[0] + gap && lefts[1] + widths[1] + gap <= lefts[2]
        return zip(labels, lefts).enumerated().filter { hasRoom || $0.offset != 1 }.map { ($1.0, $1.1) }
    }
}
