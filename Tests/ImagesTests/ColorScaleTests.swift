import Foundation
import Images
import Testing

@Suite(.timeLimit(.minutes(10))) struct ColorMapTests {
    @Test func endsAndMiddleAreTheMapsOwn() {
        // matplotlib's viridis(0), viridis(128) and viridis(255).
        #expect(ColorMap.viridis.color(at: 0) == [0x44, 0x01, 0x54])
        #expect(distance(ColorMap.viridis.color(at: 128 / 255), [0x21, 0x91, 0x8C]) <= 2)
        #expect(ColorMap.viridis.color(at: 1) == [0xFD, 0xE7, 0x25])
        // Oklab (.46, .15, 258°), (.94, 0), (.46, .18, 25°), worked out with NumPy.
        #expect(ColorMap.blueRed.color(at: 0) == [22, 84, 169])
        #expect(distance(ColorMap.blueRed.color(at: 0.5), [235, 235, 235]) <= 1)
        #expect(ColorMap.blueRed.color(at: 1) == [165, 13, 28])
    }

    @Test func whatLiesOutsideHasTheEndsColor() {
        #expect(ColorMap.viridis.color(at: -.infinity) == ColorMap.viridis.color(at: 0))
        #expect(ColorMap.viridis.color(at: 7) == ColorMap.viridis.color(at: 1))
    }

    @Test func lightnessRisesInEvenSteps() {
        let steps = (0...16).map { lightness(ColorMap.viridis.color(at: Float($0) / 16)) }
        let rises = zip(steps.dropFirst(), steps).map { $0 - $1 }
        #expect(rises.allSatisfy { $0 > 3 && $0 < 6.5 }, "\(rises)")
        let around = (0...16).map { lightness(ColorMap.blueRed.color(at: Float($0) / 16)) }
        #expect(zip(around, around.reversed()).allSatisfy { abs($0 - $1) < 8 }, "\(around)")
        #expect(around[8] == around.max())
    }

    /// CIE L*, 0…100.
    private func lightness(_ color: SIMD3<UInt8>) -> Double {
        func linear(_ byte: UInt8) -> Double {
            let value = Double(byte) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        let luminance = 0.2126 * linear(color[0]) + 0.7152 * linear(color[1]) + 0.0722 * linear(color[2])
        return luminance > 0.008856 ? 116 * cbrt(luminance) - 16 : 903.3 * luminance
    }

    private func distance(_ a: SIMD3<UInt8>, _ b: SIMD3<UInt8>) -> Int {
        (0..<3).map { abs(Int(a[$0]) - Int(b[$0])) }.max() ?? 0
    }
}

@Suite(.timeLimit(.minutes(10))) struct ColorScaleTests {
    @Test func oneSidedNumbersReachFromTheSmallestToTheLargest() {
        let scale = ColorScale(for: [0.25, 1, 0.5])
        #expect(scale.map == .viridis && scale.range == 0.25...1)
        #expect(scale.labels == ["0.25", "0.63", "1.00"])
        #expect(scale.color(of: 0.25) == ColorMap.viridis.color(at: 0))
        #expect(scale.color(of: 1) == ColorMap.viridis.color(at: 1))
        #expect(ColorScale(for: [-3, -1]).map == .viridis)
    }

    @Test func numbersAroundZeroHaveItInTheMiddle() {
        let scale = ColorScale(for: [-0.5, 2, 0])
        #expect(scale.map == .blueRed && scale.range == -2...2)
        #expect(scale.labels == ["−2.00", "0", "2.00"])
        #expect(scale.color(of: 0) == ColorMap.blueRed.color(at: 0.5))
    }

    @Test func aFewExtremeNumbersCanBeClipped() {
        // Of 0…100 the upper tenth lies above 90.
        let values = (0...100).map(Float.init)
        let scale = ColorScale(for: values, clipping: 0.1)
        #expect(scale.range == 0...90)
        #expect(scale.labels == ["0", "45.0", "> 90.0"])
        #expect(scale.color(of: 100) == scale.color(of: 90))
        // Of −100…100 those further from 0 than 90 are 20 of 201, a tenth.
        let around = ColorScale(for: (-100...100).map(Float.init), clipping: 0.1)
        #expect(around.range == -90...90)
        #expect(around.labels == ["< −90.0", "0", "> 90.0"])
        #expect(!ColorScale(for: values).clipsAbove)
    }

    @Test func aRangeCanBeAskedFor() {
        let scale = ColorScale(for: [-1, 5], range: 0...2)
        #expect(scale.clipsBelow && scale.clipsAbove && scale.map == .viridis)
    }

    @Test func oddNumbersAreFine() {
        #expect(ColorScale(for: []).labels == ["0"])
        #expect(ColorScale(for: [Float.nan, .infinity, 3, 3]).labels == ["3.00"])
        let huge = ColorScale(for: [-Float.greatestFiniteMagnitude, .greatestFiniteMagnitude])
        _ = huge.color(of: 0)
        #expect(huge.labels.count == 3)
    }

    @Test(
        arguments: [
            (0.000_012, 0.000_012, "1.20e-5"), (0.0421, 0.0421, "0.0421"), (-12.345, 12.345, "−12.3"),
            (123_456, 123_456, "123456"), (12_345_678, 12_345_678, "1.23e7"), (0.1, 100, "0"), (0, 1, "0"),
        ] as [(Float, Float, String)])
    func numbersHaveThreeDigits(_ value: Float, _ size: Float, _ words: String) {
        #expect(ColorScale.words(value, of: size) == words.replacingOccurrences(of: "-", with: "−"))
    }
}
