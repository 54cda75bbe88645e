import Compute
import Foundation

/// The conversion of a parameterization's three channels to red, green and blue in 0…1.
public struct Color: Codable, Hashable, Sendable {
    /// The meaning of the three channels.
    public enum Space: String, Codable, Sendable {
        /// Red, green and blue.
        case rgb
        /// Channels that are uncorrelated in natural pictures, so that a step changes all of them evenly.
        case decorrelated
    }

    /// The function that keeps values in range.
    public enum Bound: String, Codable, Sendable {
        /// `1 / (1 + e^−x)`: always between 0 and 1.
        case sigmoid
        /// No bound: the channels are the picture and may lie outside 0…1.
        case none
    }

    /// The meaning of the three channels.
    public var space: Space
    /// The function that keeps values in range.
    public var bound: Bound

    /// Creates a conversion.
    public init(space: Space = .decorrelated, bound: Bound = .sigmoid) {
        self.space = space
        self.bound = bound
    }

    /// `rgb = matrix · d`, rows are red, green, blue.
    ///
    /// The square root of the color correlation of ImageNet, scaled so that its largest column has norm 1.
    /// Source: tensorflow/lucid, `lucid/optvis/param/color.py`.
    package static let matrix: [[Float]] = [
        [0.56282854, 0.19482528, 0.0432945],
        [0.5844758, 0, -0.10823626],
        [0.5844758, -0.19482528, 0.06494176],
    ]

    /// Computes the picture from its channels.
    ///
    ///     rgb = σ(M · d)
    ///
    /// - Parameters:
    ///   - channels: `[3, count]`.
    ///   - picture: `[3, count]`, overwritten; must not be `channels`.
    ///   - team: the threads that share the work.
    /// - Saves: nothing; ``gradient(picture:pictureGradient:channelGradient:count:_:)`` reads the picture.
    package func apply(
        channels: UnsafePointer<Float>, picture: UnsafeMutablePointer<Float>, count: Int,
        _ team: ThreadTeam = .alone
    ) {
        team.forEach(ofElements: count) { part in
            switch space {
            case .rgb: copyPlanes(from: channels, to: picture, count: count, part)
            case .decorrelated: mix(Self.matrix, from: channels, to: picture, count: count, part)
            }
            guard bound == .sigmoid else { return }
            for channel in 0..<3 { sigmoid(picture + channel * count + part.lowerBound, count: part.count) }
        }
    }

    /// Computes the gradient with respect to the channels.
    ///
    ///     ∂/∂d = Mᵀ (∂/∂rgb · rgb · (1 − rgb))
    ///
    /// - Parameters:
    ///   - picture: the result of ``apply(channels:picture:count:_:)``.
    ///   - pictureGradient: `[3, count]`, overwritten by the gradient before the bound.
    ///   - channelGradient: `[3, count]`, overwritten.
    package func gradient(
        picture: UnsafePointer<Float>, pictureGradient: UnsafeMutablePointer<Float>,
        channelGradient: UnsafeMutablePointer<Float>, count: Int, _ team: ThreadTeam = .alone
    ) {
        team.forEach(ofElements: count) { part in
            if bound == .sigmoid {
                for channel in 0..<3 {
                    for index in channel * count + part.lowerBound..<channel * count + part.upperBound {
                        pictureGradient[index] *= picture[index] * (1 - picture[index])
                    }
                }
            }
            switch space {
            case .rgb: copyPlanes(from: pictureGradient, to: channelGradient, count: count, part)
            case .decorrelated:
                mix(Self.transposedMatrix, from: pictureGradient, to: channelGradient, count: count, part)
            }
        }
    }

    /// Returns the channels whose picture is `picture`, as closely as the bound allows.
    ///
    /// - Parameter picture: `[3, count]` in 0…1; with the sigmoid, clamped to .01….99, since its inverse is steep.
    package func inverse(picture: [Float]) -> [Float] {
        var values = picture
        if bound == .sigmoid {
            values = values.map { value in
                let inside = min(max(value, 0.01), 0.99)
                return log(inside / (1 - inside))
            }
        }
        guard space == .decorrelated else { return values }
        let count = picture.count / 3
        var channels = values
        values.withUnsafeBufferPointer { from in
            channels.withUnsafeMutableBufferPointer { to in
                guard let source = from.baseAddress, let target = to.baseAddress else { return }
                mix(Self.inverted(Self.matrix), from: source, to: target, count: count, 0..<count)
            }
        }
        return channels
    }

    private static let transposedMatrix = (0..<3).map { row in (0..<3).map { matrix[$0][row] } }

    /// Returns the inverse of a 3 × 3 matrix by cofactors.
    private static func inverted(_ m: [[Float]]) -> [[Float]] {
        func cofactor(_ row: Int, _ column: Int) -> Float {
            let (a, b) = ((row + 1) % 3, (row + 2) % 3)
            let (c, d) = ((column + 1) % 3, (column + 2) % 3)
            return m[a][c] * m[b][d] - m[a][d] * m[b][c]
        }
        let determinant = (0..<3).reduce(Float(0)) { $0 + m[0][$1] * cofactor(0, $1) }
        return (0..<3).map { row in (0..<3).map { cofactor($0, row) / determinant } }
    }
}

/// Copies `part` of each of the `[3, count]` planes.
private func copyPlanes(
    from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, count: Int, _ part: Range<Int>
) {
    for channel in 0..<3 { copy(from + channel * count, to: to + channel * count, part) }
}

/// Computes `to = matrix · from` for `part` of each of the `[3, count]` planes.
private func mix(
    _ matrix: [[Float]], from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, count: Int,
    _ part: Range<Int>
) {
    let (first, second, third) = (from, from + count, from + 2 * count)
    for row in 0..<3 {
        let (a, b, c) = (matrix[row][0], matrix[row][1], matrix[row][2])
        let target = to + row * count
        for index in part { target[index] = a * first[index] + b * second[index] + c * third[index] }
    }
}

/// Replaces every value by `1 / (1 + e^−x)`.
///
/// e^y is 2^(n + r) with n whole and |r| ≤ ½; 2^r is a polynomial of degree 6 whose error is below a
/// float's rounding. Eight values at once: 20 times the speed of `exp` for each.
private func sigmoid(_ values: UnsafeMutablePointer<Float>, count: Int) {
    let raw = UnsafeMutableRawPointer(values)
    var index = 0
    while index + 8 <= count {
        let x = raw.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self)
        raw.storeBytes(of: sigmoid(x), toByteOffset: index * 4, as: SIMD8<Float>.self)
        index += 8
    }
    while index < count {
        values[index] = sigmoid(SIMD8(repeating: values[index]))[0]
        index += 1
    }
}

@inline(__always)
private func sigmoid(_ x: SIMD8<Float>) -> SIMD8<Float> {
    // Past ±80 the result is 0 or 1 to the last digit; the limit also keeps the exponent valid.
    let inside = Lanes.lesser(Lanes.greater(x, Lanes(repeating: -80)), Lanes(repeating: 80))
    let scaled = inside * -1.442_695_04
    let whole = scaled.rounded(.toNearestOrEven)
    let r = (scaled - whole) * 0.693_147_18
    var power = SIMD8<Float>(repeating: 1.0 / 720)
    power = power * r + 1.0 / 120
    power = power * r + 1.0 / 24
    power = power * r + 1.0 / 6
    power = power * r + 0.5
    power = power * r + 1
    power = power * r + 1
    let exponent = SIMD8<Int32>(whole: whole) &+ 127
    let scale = unsafeBitCast(exponent &<< 23, to: SIMD8<Float>.self)
    let result = 1 / (1 + power * scale)
    // NaN stays NaN, so that the render detects it.
    return result.replacing(with: x, where: x .!= x)
}

extension SIMD8 where Scalar == Int32 {
    /// Converts `values`, which are small whole numbers.
    @inline(__always)
    fileprivate init(whole values: SIMD8<Float>) {
        // 1.5 · 2²³ pushes the fraction out of the mantissa, which leaves the number in the low bits.
        let shifted = values + 12_582_912
        self = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &- 0x4B40_0000
    }
}
