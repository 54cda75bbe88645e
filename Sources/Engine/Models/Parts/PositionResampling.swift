import Compute
import Foundation

/// How a framework resamples a grid of learned positions to another number of patches.
///
/// Frameworks differ in this, and it is part of a model's computation.
enum PositionResampling: Sendable, Hashable {
    /// Bicubic with antialiasing: timm, open_clip, DINOv2 with registers.
    case bicubicAntialiased
    /// Bicubic: Hugging Face.
    case bicubic
    /// Bicubic with aligned corners: torchvision.
    case bicubicAligned
    /// Bicubic by a factor of (size + 0.1) / size, which shifts every position a little: Facebook's DINO and DINOv2.
    case bicubicOffset
    /// Bilinear: the feed-forward mixer, the JAX vision transformer, relative positions in Hugging Face's BEiT.
    case bilinear
    /// Linear between points whose distances grow geometrically from the middle: relative positions in timm.
    case geometric
    /// Bilinear with antialiasing: SigLIP 2 with patches of any number.
    case bilinearAntialiased
    /// Bilinear with aligned corners: RADIO.
    case bilinearAligned
}

extension PositionResampling {
    /// Resamples a grid of rows of features.
    ///
    /// - Parameters:
    ///   - values: `[from.rows · from.columns, features]`.
    ///   - result: `[to.rows · to.columns, features]`.
    /// - Source: `torch.nn.functional.interpolate`; ATen `UpSampleKernel.cpp`.
    package func resample(
        _ values: UnsafePointer<Float>, from: (rows: Int, columns: Int),
        into result: UnsafeMutablePointer<Float>, to: (rows: Int, columns: Int), features: Int
    ) {
        let down = (0..<to.rows).map { taps(at: $0, from: from.rows, to: to.rows) }
        let across = (0..<to.columns).map { taps(at: $0, from: from.columns, to: to.columns) }
        var narrow = [Float](repeating: 0, count: from.rows * to.columns * features)
        for row in 0..<from.rows {
            for (column, taps) in across.enumerated() {
                for (source, weight) in taps {
                    let x = values + (row * from.columns + source) * features
                    let y = (row * to.columns + column) * features
                    for feature in 0..<features { narrow[y + feature] += weight * x[feature] }
                }
            }
        }
        for (row, taps) in down.enumerated() {
            for column in 0..<to.columns {
                let y = result + (row * to.columns + column) * features
                y.update(repeating: 0, count: features)
                for (source, weight) in taps {
                    let x = (source * to.columns + column) * features
                    for feature in 0..<features { y[feature] += weight * narrow[x + feature] }
                }
            }
        }
    }

    /// Returns positions, `[from.rows · from.columns, features]`, for another grid; the same ones for the same grid.
    func resampled(
        _ positions: Parameter, from: (rows: Int, columns: Int), to: (rows: Int, columns: Int)
    ) -> Parameter {
        let features = positions.shape[-1]
        guard from != to else { return positions }
        guard positions.count > 0 else { return Parameter(missing: [to.rows * to.columns, features]) }
        return Parameter(shape: [to.rows * to.columns, features]) { values in
            guard let start = values.baseAddress else { return }
            resample(positions.values, from: from, into: start, to: to, features: features)
        }
    }

    /// Returns the positions along an axis that contribute to a new position, with their weights.
    private func taps(at index: Int, from: Int, to: Int) -> [(index: Int, weight: Float)] {
        let ratio = Float(from) / Float(to)
        switch self {
        case .bicubicAntialiased:
            return Self.antialiased(at: index, from: from, ratio: ratio, reach: 2) { Self.kernel($0, a: -0.5) }
        case .bilinearAntialiased:
            return Self.antialiased(at: index, from: from, ratio: ratio, reach: 1) { max(1 - $0.magnitude, 0) }
        case .bicubic:
            return Self.cubic(at: ratio * (Float(index) + 0.5) - 0.5, from: from)
        case .bicubicAligned:
            return Self.cubic(at: to > 1 ? Float(index) * Float(from - 1) / Float(to - 1) : 0, from: from)
        case .bicubicOffset:
            // `scale_factor` is in double precision, and coordinates are multiplied by its reciprocal.
            let factor = Float(1 / ((Double(to) + 0.1) / Double(from)))
            return Self.cubic(at: factor * (Float(index) + 0.5) - 0.5, from: from)
        case .bilinear, .bilinearAligned:
            let place =
                self == .bilinearAligned
                ? (to > 1 ? Float(index) * Float(from - 1) / Float(to - 1) : 0)
                : max(ratio * (Float(index) + 0.5) - 0.5, 0)
            let first = min(Int(place), from - 1)
            let rest = place - Float(first)
            return [(first, 1 - rest), (min(first + 1, from - 1), rest)]
        case .geometric:
            return Self.geometric(at: index, from: from, to: to)
        }
    }

    /// Returns the weights of a cubic convolution on four neighbors; those beyond the edge are replaced by the edge.
    ///
    /// - Source: Keys 1981, with a = −0.75 as in PyTorch and OpenCV.
    private static func cubic(at place: Float, from: Int) -> [(index: Int, weight: Float)] {
        let first = place.rounded(.down)
        let rest = place - first
        return (-1...2).map { neighbor in
            let index = min(max(Int(first) + neighbor, 0), from - 1)
            return (index, kernel(rest - Float(neighbor), a: -0.75))
        }
    }

    /// Returns the weights of a convolution that is widened when the grid shrinks, normalized to sum to 1.
    ///
    /// - Parameters:
    ///   - reach: the distance beyond which `kernel` is 0.
    ///   - kernel: of the bicubic resampling, a = −0.5.
    /// - Source: Pillow's resampling, as in PyTorch's `antialias=True`.
    private static func antialiased(
        at index: Int, from: Int, ratio: Float, reach: Float, _ kernel: (Float) -> Float
    ) -> [(index: Int, weight: Float)] {
        let widening = max(ratio, 1)
        let support = reach * widening
        let center = ratio * (Float(index) + 0.5)
        let first = max(Int(center - support + 0.5), 0)
        let last = min(Int(center + support + 0.5), from)
        let weights = (first..<last).map { kernel((Float($0) - center + 0.5) / widening) }
        let sum = weights.reduce(0, +)
        return zip(first..<last, weights).map { ($0, sum == 0 ? $1 : $1 / sum) }
    }

    /// Returns the weights of the two points around a position, of `from` points whose distances grow by a factor from the
    /// middle on, so that the outermost are as far from it as those of `to` points at a distance of 1. `from` and `to` are odd.
    ///
    /// - Source: timm `layers/pos_embed_rel.py`, `resize_rel_pos_bias_table`; <https://github.com/microsoft/unilm>
    ///   `beit/run_class_finetuning.py`.
    private static func geometric(at index: Int, from: Int, to: Int) -> [(index: Int, weight: Float)] {
        let half = from / 2
        var (left, right, factor) = (1.01, 1.5, 1.01)
        while right - left > 1e-6 {
            factor = (left + right) / 2
            let sum = (0..<half).reduce(0.0) { $0 + pow(factor, Double($1)) }
            if sum > Double(to / 2) { right = factor } else { left = factor }
        }
        var points = [0.0]
        for step in 0..<half { points.append(points[step] + pow(factor, Double(step))) }
        let place = Double(index - to / 2)
        // The points are symmetric; a position beyond the outermost takes that one alone.
        let distance = min(abs(place), points[half])
        let outer = min(points.firstIndex { $0 >= distance } ?? half, half)
        let inner = max(outer - 1, 0)
        let rest = outer == inner ? 1 : (distance - points[inner]) / (points[outer] - points[inner])
        func position(_ step: Int) -> Int { half + (place < 0 ? -step : step) }
        return [(position(inner), Float(1 - rest)), (position(outer), Float(rest))]
    }

    private static func kernel(_ x: Float, a: Float) -> Float {
        let x = x.magnitude
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        if x < 2 { return ((x - 5) * x + 8) * x * a - 4 * a }
        return 0
    }
}
