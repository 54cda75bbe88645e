import Foundation

/// Perceptually uniform colors that stand for numbers.
public enum ColorMap: String, Codable, CaseIterable, Hashable, Sendable {
    /// Dark violet over green to bright yellow: a sequential map, for numbers from small to large.
    ///
    /// Source: Smith and van der Walt 2015, matplotlib's default map, in the public domain (CC0).
    case viridis
    /// Blue over light gray to red: a diverging map, for numbers around zero; both ends are equally dark.
    ///
    /// Straight lines in Oklab. Source: Ottosson 2020, "A perceptual color space for image processing".
    case blueRed

    /// Returns the color at `position`: 0 is the lower end, 1 the upper; positions outside have the end's color.
    ///
    /// - Precondition: `position` is not NaN.
    public func color(at position: Float) -> SIMD3<UInt8> {
        precondition(!position.isNaN, "NaN has no color")
        let step = (min(max(position, 0), 1) * Float(Self.stepCount - 1)).rounded()
        return table[Int(step)]
    }

    /// The number of colors from end to end.
    static let stepCount = 256

    private var table: [SIMD3<UInt8>] {
        switch self {
        case .viridis: Self.viridisTable
        case .blueRed: Self.blueRedTable
        }
    }

    private static let viridisTable = (0..<stepCount).map { step in
        let place = Float(step) / Float(stepCount - 1) * Float(viridisAnchors.count - 1)
        let below = min(Int(place), viridisAnchors.count - 2)
        let (from, to) = (rgb(viridisAnchors[below]), rgb(viridisAnchors[below + 1]))
        return bytes(from + (to - from) * (place - Float(below)))
    }

    private static let blueRedTable = (0..<stepCount).map { step in
        let place = Float(step) / Float(stepCount - 1) * 2 - 1
        let end =
            place < 0 ? Oklab(lightness: 0.46, chroma: 0.15, hue: 258) : Oklab(lightness: 0.46, chroma: 0.18, hue: 25)
        let middle = Oklab(lightness: 0.94, chroma: 0, hue: 0)
        return bytes(Oklab(middle.values + (end.values - middle.values) * abs(place)).rgb * 255)
    }

    private static func rgb(_ hexadecimal: UInt32) -> SIMD3<Float> {
        [Float(hexadecimal >> 16), Float(hexadecimal >> 8 & 255), Float(hexadecimal & 255)]
    }

    private static func bytes(_ color: SIMD3<Float>) -> SIMD3<UInt8> {
        SIMD3<UInt8>(color.clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255)).rounded(.toNearestOrEven))
    }
}

/// Every eighth of viridis's 256 colors; straight lines between them are at most 2 levels off.
private let viridisAnchors: [UInt32] = [
    0x440154, 0x470D60, 0x48186A, 0x482374, 0x472D7B, 0x453681, 0x424086, 0x3F4989,
    0x3B528B, 0x375A8D, 0x33638D, 0x2F6A8E, 0x2C728E, 0x297A8E, 0x26818E, 0x23898E,
    0x21908C, 0x1F988B, 0x1F9F88, 0x21A685, 0x28AE80, 0x31B57B, 0x3EBC74, 0x4CC26C,
    0x5DC963, 0x6ECE58, 0x82D34C, 0x96D83F, 0xABDC32, 0xC0DF24, 0xD5E21A, 0xEAE51A,
    0xFDE725,
]

/// A color in the Oklab space, where equal distances look equal.
private struct Oklab {
    /// Lightness, green to red, blue to yellow.
    let values: SIMD3<Float>

    init(_ values: SIMD3<Float>) { self.values = values }

    /// Creates a color from polar coordinates.
    ///
    /// - Parameter hue: in degrees.
    init(lightness: Float, chroma: Float, hue: Float) {
        let angle = hue * .pi / 180
        values = [lightness, chroma * cos(angle), chroma * sin(angle)]
    }

    /// Red, green and blue in 0…1, encoded as sRGB.
    var rgb: SIMD3<Float> {
        let roots =
            values.x + values.y * SIMD3(0.396_337_777_4, -0.105_561_345_8, -0.089_484_177_5)
            + values.z * SIMD3(0.215_803_757_3, -0.063_854_172_8, -1.291_485_548)
        let cones = roots * roots * roots
        let linear: SIMD3<Float> = [
            (cones * SIMD3(4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2)).sum(),
            (cones * SIMD3(-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5)).sum(),
            (cones * SIMD3(-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701)).sum(),
        ]
        func encoded(_ value: Float) -> Float {
            value <= 0.003_130_8 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055
        }
        return [encoded(linear.x), encoded(linear.y), encoded(linear.z)]
    }
}
