import Compute
import Images

/// Geometric transforms as one bilinear resampling, and its transpose.
///
///     out[p] = Σ_i w_i(p) · in[q_i(p)]        ∂/∂in[q] = Σ_p w_i(p) · ∂/∂out[p]
///
/// Pixel centers lie at ½; beyond the edges the picture is mirrored, or constant after a pad.
/// The same as PyTorch's `grid_sample` with `align_corners=False` and reflection or zeros.
package final class AffineResampling: TransformStage {
    /// The values beyond the picture's edges.
    enum Edge: Hashable, Sendable {
        /// The picture, mirrored at its outermost pixels' outer edges.
        case reflection
        /// One value.
        case constant(Float)
    }

    private let transforms: [Transform]
    private let edge: Edge
    private let size: PixelSize
    private var maps: [AffineMap]
    /// For each pixel: the upper left of the four pixels that it is interpolated from.
    private let corners: UnsafeMutablePointer<Int32>
    /// For each pixel: the weights of left, right, upper and lower: `[pictures, 4, height · width]`.
    private let weights: FloatBuffer
    /// For each row: the first and the last row of its pixels' upper neighbors, `[pictures, height]`.
    private let upperRows: UnsafeMutablePointer<(first: Int, last: Int)>

    /// Creates the resampling of some geometric transforms, applied one after the other.
    package init(_ transforms: [Transform], size: PixelSize, pictures: Int) {
        self.transforms = transforms
        self.size = size
        maps = Array(repeating: AffineMap(), count: pictures)
        var edge = Edge.reflection
        for case .pad(_, let value) in transforms { edge = .constant(value) }
        self.edge = edge
        let pixels = max(pictures * size.area, 1)
        corners = .allocate(capacity: pixels)
        corners.initialize(repeating: 0, count: pixels)
        weights = FloatBuffer(count: pictures * 4 * size.area)
        upperRows = .allocate(capacity: max(pictures * size.height, 1))
        upperRows.initialize(repeating: (0, 0), count: max(pictures * size.height, 1))
    }

    deinit {
        corners.deallocate()
        upperRows.deallocate()
    }

    func prepare(_ index: Int, random: inout RandomSource, progress: Float) {
        prepare(index, map: AffineMap.draw(transforms, size: size, random: &random))
    }

    /// Chooses the map of one picture.
    package func prepare(_ index: Int, map: AffineMap) { maps[index] = map }

    /// Resamples one picture.
    package func forward(
        _ index: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        _ team: ThreadTeam = .alone
    ) {
        let (width, area) = (size.width, size.area)
        let corner = corners + index * area
        let left = weights.pointer + index * 4 * area
        let (right, upper, lower) = (left + area, left + 2 * area, left + 3 * area)
        var beyond: Float = 0
        if case .constant(let value) = edge { beyond = value }
        let outside = beyond
        team.forEach(of: size.height, atLeast: team.largeParts(of: size.height, atLeast: 8)) { rows in
            locate(index, rows)
            for pixel in rows.lowerBound * width..<rows.upperBound * width {
                let (l, r, u, d) = (left[pixel], right[pixel], upper[pixel], lower[pixel])
                let rest = outside * (1 - (l + r) * (u + d))
                var source = input + Int(corner[pixel])
                for channel in 0..<3 {
                    output[channel * area + pixel] =
                        u * (l * source[0] + r * source[1]) + d * (l * source[width] + r * source[width + 1])
                        + rest
                    source += area
                }
            }
        }
    }

    /// Distributes the gradient of each pixel over the pixels that it was interpolated from.
    package func gradient(
        _ index: Int, outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
        _ team: ThreadTeam = .alone
    ) {
        // Several pixels add to the same one, so each part has rows of its own that only it adds to. Rows whose gradient goes
        // to two parts are visited for both.
        team.forEach(of: size.height, atLeast: team.largeParts(of: size.height, atLeast: 8)) { own in
            for channel in 0..<3 {
                (inputGradient + channel * size.area + own.lowerBound * size.width)
                    .update(repeating: 0, count: own.count * size.width)
            }
            for row in 0..<size.height {
                let upper = upperRows[index * size.height + row]
                if upper.first >= own.upperBound || upper.last + 1 < own.lowerBound { continue }
                let isOwn = upper.first >= own.lowerBound && upper.last + 1 < own.upperBound
                distribute(row, of: index, outputGradient, to: inputGradient, within: isOwn ? nil : own)
            }
        }
    }

    /// Distributes the gradient of a row's pixels over the rows in `own`; nil if they touch no other rows.
    @inline(__always)
    private func distribute(
        _ row: Int, of index: Int, _ outputGradient: UnsafePointer<Float>,
        to inputGradient: UnsafeMutablePointer<Float>, within own: Range<Int>?
    ) {
        let (width, area) = (size.width, size.area)
        let corner = corners + index * area
        let left = weights.pointer + index * 4 * area
        let (right, upper, lower) = (left + area, left + 2 * area, left + 3 * area)
        for pixel in row * width..<(row + 1) * width {
            let first = Int(corner[pixel])
            let (l, r) = (left[pixel], right[pixel])
            let values = (
                outputGradient[pixel], outputGradient[area &+ pixel], outputGradient[2 &* area &+ pixel]
            )
            if own?.contains(first / width) ?? true {
                let u = upper[pixel]
                add(values, times: (u * l, u * r), to: inputGradient + first)
            }
            if own?.contains(first / width + 1) ?? true {
                let d = lower[pixel]
                add(values, times: (d * l, d * r), to: inputGradient + first + width)
            }
        }
    }

    /// Adds to two neighbors in each of the three channels.
    @inline(__always)
    private func add(
        _ values: (Float, Float, Float), times weights: (Float, Float), to target: UnsafeMutablePointer<Float>
    ) {
        let (second, third) = (target + size.area, target + 2 &* size.area)
        target[0] += weights.0 * values.0
        target[1] += weights.1 * values.0
        second[0] += weights.0 * values.1
        second[1] += weights.1 * values.1
        third[0] += weights.0 * values.2
        third[1] += weights.1 * values.2
    }

    /// Computes which pixels each pixel of some rows is interpolated from.
    private func locate(_ index: Int, _ part: Range<Int>) {
        let map = maps[index]
        let (width, height, area) = (size.width, size.height, size.area)
        let corner = corners + index * area
        let left = weights.pointer + index * 4 * area
        let (right, upper, lower) = (left + area, left + 2 * area, left + 3 * area)
        let (middleX, middleY) = (Float(width) / 2, Float(height) / 2)
        let columns = Axis(count: width, edge: edge)
        let rows = Axis(count: height, edge: edge)
        for y in part {
            let v = Float(y) + 0.5 - middleY
            let (startX, startY) = (map.b * v + map.x + middleX - 0.5, map.d * v + map.y + middleY - 0.5)
            var touched = (first: height, last: 0)
            for x in 0..<width {
                let u = Float(x) + 0.5 - middleX
                let pixel = y * width + x
                let column = columns.neighbors(of: startX + map.a * u)
                let row = rows.neighbors(of: startY + map.c * u)
                corner[pixel] = Int32(truncatingIfNeeded: row.first * width + column.first)
                left[pixel] = column.weight
                right[pixel] = column.nextWeight
                upper[pixel] = row.weight
                lower[pixel] = row.nextWeight
                touched = (min(touched.first, row.first), max(touched.last, row.first))
            }
            upperRows[index * height + y] = touched
        }
    }
}

/// One axis of a picture, with the neighbors of a position and their weights.
private struct Axis {
    let count: Int
    let limit: Float
    let reflects: Bool

    init(count: Int, edge: AffineResampling.Edge) {
        self.count = count
        limit = Float(count)
        reflects = edge == .reflection
    }

    /// Returns the first of two neighbors, which lies in `0...(count − 2)`, and the weights of both.
    ///
    /// `position` is in pixels from the first pixel's center.
    @inline(__always)
    func neighbors(of position: Float) -> (first: Int, weight: Float, nextWeight: Float) {
        reflects ? mirrored(position) : limited(position)
    }

    @inline(__always)
    private func mirrored(_ position: Float) -> (first: Int, weight: Float, nextWeight: Float) {
        var place = position
        if place < 0 || place > limit - 1 {
            // Distance from the first pixel's outer edge, folded at both outer edges.
            let distance = abs(place + 0.5)
            let period = (distance / (2 * limit)).rounded(.down)
            let rest = distance - period * 2 * limit
            place = min(max((rest > limit ? 2 * limit - rest : rest) - 0.5, 0), limit - 1)
        }
        let first = min(Int(place), count - 2)
        let part = place - Float(first)
        return (first, 1 - part, part)
    }

    @inline(__always)
    private func limited(_ position: Float) -> (first: Int, weight: Float, nextWeight: Float) {
        guard position > -1, position < limit else { return (0, 0, 0) }
        let floor = position.rounded(.down)
        let part = position - floor
        if floor < 0 { return (0, part, 0) }
        let first = Int(floor)
        return first > count - 2 ? (count - 2, 0, 1 - part) : (first, 1 - part, part)
    }
}
