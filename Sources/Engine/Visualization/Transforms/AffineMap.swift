import Compute
import Foundation
import Images

/// An affine map from a transformed picture's pixels to those of the original that they are taken from.
///
///     source = [a b; c d] · target + (x, y)
///
/// Both are in pixels from the picture's center, x to the right and y downwards.
package struct AffineMap: Hashable, Sendable {
    package var a: Float = 1
    package var b: Float = 0
    package var c: Float = 0
    package var d: Float = 1
    package var x: Float = 0
    package var y: Float = 0

    /// Creates the identity map.
    package init() {}

    /// Creates the map of the matrix `[a b; c d]`, followed by a shift.
    package init(a: Float, b: Float, c: Float, d: Float, x: Float = 0, y: Float = 0) {
        (self.a, self.b, self.c, self.d, self.x, self.y) = (a, b, c, d, x, y)
    }

    /// Returns the map of a transform that is followed by another one.
    ///
    /// A pixel of the result is looked up by `next` first: `source = self(next(target))`.
    package func then(_ next: AffineMap) -> AffineMap {
        AffineMap(
            a: a * next.a + b * next.c, b: a * next.b + b * next.d,
            c: c * next.a + d * next.c, d: c * next.b + d * next.d,
            x: a * next.x + b * next.y + x, y: c * next.x + d * next.y + y)
    }

    /// Returns the map that shows the middle part of the picture: 1 is all of it, .5 the middle half.
    package static func view(_ part: Float) -> AffineMap { AffineMap(a: part, b: 0, c: 0, d: part) }

    /// Returns the map that rotates the picture counterclockwise.
    package static func rotation(degrees: Float) -> AffineMap {
        let angle = degrees * .pi / 180
        return AffineMap(a: cos(angle), b: -sin(angle), c: sin(angle), d: cos(angle))
    }

    /// Returns the map that takes each pixel from `x` further right and `y` further down.
    package static func shift(x: Float, y: Float) -> AffineMap {
        AffineMap(a: 1, b: 0, c: 0, d: 1, x: x, y: y)
    }

    /// Returns the map that shows a part of the picture, centered at (`x`, `y`).
    package static func view(_ part: Float, x: Float, y: Float) -> AffineMap {
        AffineMap(a: part, b: 0, c: 0, d: part, x: x, y: y)
    }

    /// Draws the maps of geometric transforms of a picture of `size`, and returns their composition.
    static func draw(_ transforms: [Transform], size: PixelSize, random: inout RandomSource) -> AffineMap {
        var map = AffineMap()
        for transform in transforms {
            switch transform {
            case .jitter(let pixels):
                let half = Float(pixels / 2)
                let x = Float(Int.random(in: 0...max(pixels, 0), using: &random)) - half
                let y = Float(Int.random(in: 0...max(pixels, 0), using: &random)) - half
                map = map.then(.shift(x: x, y: y))
            case .shift(let pixels):
                let x = random.uniform(-pixels...pixels)
                map = map.then(.shift(x: x, y: random.uniform(-pixels...pixels)))
            case .scale(let factor): map = map.then(.view(1 / factor.draw(from: &random)))
            case .view(let part): map = map.then(.view(part.draw(from: &random)))
            case .crop(let range):
                let part = range.draw(from: &random)
                let free = max(1 - part, 0) / 2
                let x = free * Float(size.width) * random.uniform(-1...1)
                map = map.then(.view(part, x: x, y: free * Float(size.height) * random.uniform(-1...1)))
            case .rotate(let degrees): map = map.then(.rotation(degrees: degrees.draw(from: &random)))
            case .flip:
                if Bool.random(using: &random) { map = map.then(AffineMap(a: -1, b: 0, c: 0, d: 1)) }
            case .pad, .roll, .blur, .colorShift, .noise, .channelNoise, .clamp: break
            }
        }
        return map
    }
}
