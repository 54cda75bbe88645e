import Compute
import Images
import Platform

/// The ways in which a picture's variation is summed, from the differences ∂ of neighboring pixels.
public enum Variation: String, Codable, Hashable, Sendable, CaseIterable {
    /// Σ (|∂x| + |∂y|), over all pixels and channels: it grows with the picture.
    ///
    /// Source: Rudin et al. 1992; `tf.image.total_variation`, which Lucid uses.
    case absolute
    /// ‖∂x‖ + ‖∂y‖ + ‖∂↘‖ + ‖∂↙‖, each over all pixels and channels.
    ///
    /// Source: Yin et al. 2020, arXiv:1912.08795 (DeepInversion), `loss_var_l2` of its code.
    case norms
    /// The same norms for each channel, and their mean over the three.
    ///
    /// Source: Ghiasi et al. 2022, arXiv:2212.06727, `TotalVariation` of its code.
    case channelNorms
}

/// The variation of the picture itself from pixel to pixel.
struct TotalVariationObjective: PictureObjective {
    var variation: Variation

    private enum CodingKeys: String, CodingKey { case variation = "totalVariation" }

    static var key: String { CodingKeys.variation.rawValue }

    func words(target: (Target) -> String) -> String {
        switch variation {
        case .absolute: "total variation"
        case .norms: "total variation (norms)"
        case .channelNorms: "total variation (norms of channels)"
        }
    }

    func term() throws(EngineError) -> any PictureTerm { TotalVariationTerm(variation: variation) }
}

extension Objective {
    /// Returns the variation of the picture itself from pixel to pixel; subtracted, it makes a picture smooth.
    public static func totalVariation(_ variation: Variation = .absolute) -> Objective {
        Objective(TotalVariationObjective(variation: variation))
    }
}

/// The variation of a picture from pixel to pixel.
///
/// It is subtracted to make a picture smooth. If a difference, or the norm of all differences, is 0, so is its
/// gradient.
struct TotalVariationTerm: PictureTerm {
    let variation: Variation

    func evaluate(
        picture: UnsafePointer<Float>, size: PixelSize, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        switch variation {
        case .absolute:
            absolute(picture, size, weight: weight, gradient)
        case .norms:
            norms(picture, size, channels: 3, weight: weight, gradient)
        case .channelNorms:
            (0..<3).reduce(0) { sum, channel in
                let offset = channel * size.area
                return sum
                    + norms(
                        picture + offset, size, channels: 1, weight: weight / 3, gradient.map { $0 + offset }) / 3
            }
        }
    }

    private func absolute(
        _ picture: UnsafePointer<Float>, _ size: PixelSize, weight: Float, _ gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        var sum = 0.0
        for direction in Direction.straight {
            for pair in direction.pairs(size, channels: 3) {
                sum += Double(pair.magnitudes(picture))
                if let gradient { pair.addSigns(picture, times: weight, to: gradient) }
            }
        }
        return Float(sum)
    }

    /// Returns Σ of the four directions' norms over some channels.
    private func norms(
        _ picture: UnsafePointer<Float>, _ size: PixelSize, channels: Int, weight: Float,
        _ gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        var sum = 0.0
        for direction in Direction.all {
            var squares = 0.0
            for pair in direction.pairs(size, channels: channels) { squares += Double(pair.squares(picture)) }
            let norm = squares.squareRoot()
            sum += norm
            guard let gradient, norm > 0 else { continue }
            let seed = Float(Double(weight) / norm)
            for pair in direction.pairs(size, channels: channels) {
                pair.addDifferences(picture, times: seed, to: gradient)
            }
        }
        return Float(sum)
    }
}

/// The direction from a pixel to the neighbor that is compared with it.
private struct Direction {
    let rows: Int
    let columns: Int

    static let right = Direction(rows: 0, columns: 1)
    static let down = Direction(rows: 1, columns: 0)
    static let downRight = Direction(rows: 1, columns: 1)
    static let downLeft = Direction(rows: 1, columns: -1)

    static let straight = [right, down]
    static let all = [right, down, downRight, downLeft]

    /// Returns the rows of pixels that have a neighbor in this direction, each with its neighbors.
    func pairs(_ size: PixelSize, channels: Int) -> some Sequence<RowPair> {
        let rowsOfChannel = size.height - rows
        let first = max(0, -columns)
        return (0..<channels * rowsOfChannel).lazy.map { index in
            let (channel, row) = (index / rowsOfChannel, index % rowsOfChannel)
            let start = (channel * size.height + row) * size.width + first
            return RowPair(
                pixel: start, neighbor: start + rows * size.width + columns, count: size.width - abs(columns))
        }
    }
}

/// A run of pixels in a row, and their neighbors in one direction: the index of the first of each, and their number.
private struct RowPair {
    let pixel: Int
    let neighbor: Int
    let count: Int

    /// Returns Σ |neighbor − pixel|.
    func magnitudes(_ picture: UnsafePointer<Float>) -> Float {
        sum(picture) { $0.magnitudes }
    }

    /// Returns Σ (neighbor − pixel)².
    func squares(_ picture: UnsafePointer<Float>) -> Float {
        sum(picture) { $0 * $0 }
    }

    /// Adds the gradient of `factor` · Σ |neighbor − pixel|.
    func addSigns(_ picture: UnsafePointer<Float>, times factor: Float, to gradient: UnsafeMutablePointer<Float>) {
        add(picture, to: gradient) { difference in
            Lanes().replacing(with: factor, where: difference .> 0)
                .replacing(with: -factor, where: difference .< 0)
        }
    }

    /// Adds the gradient of `factor` / 2 · Σ (neighbor − pixel)².
    func addDifferences(
        _ picture: UnsafePointer<Float>, times factor: Float, to gradient: UnsafeMutablePointer<Float>
    ) {
        add(picture, to: gradient) { $0 * factor }
    }

    @inline(__always)
    private func sum(_ picture: UnsafePointer<Float>, _ measure: (Lanes) -> Lanes) -> Float {
        let (from, to) = (picture + pixel, picture + neighbor)
        var lanes = Lanes()
        var index = 0
        while index + 8 <= count {
            lanes += measure(to.lanes(index) - from.lanes(index))
            index += 8
        }
        let rest = count - index
        if rest > 0 { lanes += measure(to.lanes(index, first: rest) - from.lanes(index, first: rest)) }
        return lanes.total
    }

    /// Adds `slope` of the differences to the neighbors' gradient, and subtracts it from the pixels'.
    @inline(__always)
    private func add(
        _ picture: UnsafePointer<Float>, to gradient: UnsafeMutablePointer<Float>, _ slope: (Lanes) -> Lanes
    ) {
        let (from, to) = (picture + pixel, picture + neighbor)
        let (fromGradient, toGradient) = (gradient + pixel, gradient + neighbor)
        var index = 0
        while index < count {
            let width = min(8, count - index)
            let slopes =
                width == 8
                ? slope(to.lanes(index) - from.lanes(index))
                : slope(to.lanes(index, first: width) - from.lanes(index, first: width))
            // One after the other: pixels and neighbors of one row overlap.
            if width == 8 {
                fromGradient.store(fromGradient.lanes(index) - slopes, index)
                toGradient.store(toGradient.lanes(index) + slopes, index)
            } else {
                fromGradient.store(fromGradient.lanes(index, first: width) - slopes, index, first: width)
                toGradient.store(toGradient.lanes(index, first: width) + slopes, index, first: width)
            }
            index += width
        }
    }
}

extension UnsafeMutablePointer where Pointee == Float {
    /// Returns `count` floats from `index` on, at most seven, in the first lanes.
    @inline(__always)
    fileprivate func lanes(_ index: Int, first count: Int) -> Lanes {
        UnsafePointer(self).lanes(index, first: count)
    }
}
