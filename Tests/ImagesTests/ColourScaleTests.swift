import Foundation
import Images
import Testing

@Suite(.timeLimit(.minutes(10))) struct ColourMapTests {
    @Test func endsAndMiddleAreTheMapsOwn() {
        // matplotlib's viridis(0), viridis(128) and viridis(255).
        #expect(ColourMap.viridis.colour(at: 0) == [0x44, 0x01, 0x54])
        #expect(distance(ColourMap.viridis.colour(at: 128 / 255), [0x21, 0x91, 0x8C]) <= 2)
        #expect(ColourMap.viridis.colour(at: 1) == [0xFD, 0xE7, 0x25])
        // Oklab (.46, .15, 258°), (.94, 0), (.46, .18, 25°), worked out with NumPy.
        #expect(ColourMap.blueRed.colour(at: 0) == [22, 84, 169])
        #expect(distance(ColourMap.blueRed.colour(at: 0.5), [235, 235, 235]) <= 1)
        #expect(ColourMap.blueRed.colour(at: 1) == [165, 13, 28])
    }

    @Test func whatLiesOutsideHasTheEndsColour() {
        #expect(ColourMap.viridis.colour(at: -.infinity) == ColourMap.viridis.colour(at: 0))
        #expect(ColourMap.viridis.colour(at: 7) == ColourMap.viridis.colour(at: 1))
    }

    @Test func lightnessRisesInEvenSteps() {
        let steps = (0...16).map { lightness(ColourMap.viridis.colour(at: Float($0) / 16)) }
        let rises = zip(steps.dropFirst(), steps).map { $0 - $1 }
        #expect(rises.allSatisfy { $0 > 3 && $0 < 6.5 }, "\(rises)")
        let around = (0...16).map { lightness(ColourMap.blueRed.colour(at: Float($0) / 16)) }
        #expect(zip(around, around.reversed()).allSatisfy { abs($0 - $1) < 8 }, "\(around)")
        #expect(around[8] == around.max())
    }

    /// CIE L*, 0…100.
    private func lightness(_ colour: SIMD3<UInt8>) -> Double {
        func linear(_ byte: UInt8) -> Double {
            let value = Double(byte) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        let luminance = 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
        return luminance > 0.008856 ? 116 * cbrt(luminance) - 16 : 903.3 * luminance
    }

    private func distance(_ a: SIMD3<UInt8>, _ b: SIMD3<UInt8>) -> Int {
        (0..<3).map { abs(Int(a[$0]) - Int(b[$0])) }.max() ?? 0
    }
}

@Suite(.timeLimit(.minutes(10))) struct ColourScaleTests {
    @Test func oneSidedNumbersReachFromTheSmallestToTheLargest() {
        let scale = ColourScale(for: [0.25, 1, 0.5])
        #expect(scale.map == .viridis && scale.range == 0.25...1)
        #expect(scale.labels == ["0.25", "0.63", "1.00"])
        #expect(scale.colour(of: 0.25) == ColourMap.viridis.colour(at: 0))
        #expect(scale.colour(of: 1) == ColourMap.viridis.colour(at: 1))
        #expect(ColourScale(for: [-3, -1]).map == .viridis)
    }

    @Test func numbersAroundZeroHaveItInTheMiddle() {
        let scale = ColourScale(for: [-0.5, 2, 0])
        #expect(scale.map == .blueRed && scale.range == -2...2)
        #expect(scale.labels == ["−2.00", "0", "2.00"])
        #expect(scale.colour(of: 0) == ColourMap.blueRed.colour(at: 0.5))
    }

    @Test func aFewExtremeNumbersCanBeClipped() {
        // Of 0…100 the upper tenth lies above 90.
        let values = (0...100).map(Float.init)
        let scale = ColourScale(for: values, clipping: 0.1)
        #expect(scale.range == 0...90)
        #expect(scale.labels == ["0", "45.0", "> 90.0"])
        #expect(scale.colour(of: 100) == scale.colour(of: 90))
        // Of −100…100 those further from 0 than 90 are 20 of 201, a tenth.
        let around = ColourScale(for: (-100...100).map(Float.init), clipping: 0.1)
        #expect(around.range == -90...90)
        #expect(around.labels == ["< −90.0", "0", "> 90.0"])
        #expect(!ColourScale(for: values).clipsAbove)
    }

    @Test func aRangeCanBeAskedFor() {
        let scale = ColourScale(for: [-1, 5], range: 0...2)
        #expect(scale.clipsBelow && scale.clipsAbove && scale.map == .viridis)
    }

    @Test func oddNumbersAreFine() {
        #expect(ColourScale(for: []).labels == ["0"])
        #expect(ColourScale(for: [Float.nan, .infinity, 3, 3]).labels == ["3.00"])
        let huge = ColourScale(for: [-Float.greatestFiniteMagnitude, .greatestFiniteMagnitude])
        _ = huge.colour(of: 0)
        #expect(huge.labels.count == 3)
    }

    @Test(
        arguments: [
            (0.000_012, 0.000_012, "1.20e-5"), (0.0421, 0.0421, "0.0421"), (-12.345, 12.345, "−12.3"),
            (123_456, 123_456, "123456"), (12_345_678, 12_345_678, "1.23e7"), (0.1, 100, "0"), (0, 1, "0"),
        ] as [(Float, Float, String)])
    func numbersHaveThreeDigits(_ value: Float, _ size: Float, _ words: String) {
        #expect(ColourScale.words(value, of: size) == words.replacingOccurrences(of: "-", with: "−"))
    }
}
