import Platform

/// Rotates the queries and keys of the patches by angles that depend on the patch's position: rotary positions.
///
///     y₂ₖ   = x₂ₖ · cos θₖ − x₂ₖ₊₁ · sin θₖ          for each pair k of a head's features
///     y₂ₖ₊₁ = x₂ₖ₊₁ · cos θₖ + x₂ₖ · sin θₖ
///     ∂x is ∂y rotated by −θ
///
/// V-JEPA 2 turns the two features of a pair by angles of their own, which is no rotation; ∂x is then that of the two lines
/// above, with an angle for each.
///
/// Input and output `[tokens, 3 · width]`: queries, keys and values of all heads side by side, as ``AttentionWeights``
/// reads them. Values and the tokens before the patches are left as they are.
///
/// - Source: Su et al. 2021, arXiv:2104.09864, eq. 34; Heo et al. 2024, arXiv:2403.13298 (two axes).
package struct Rotary: CPUKernel {
    let heads: Int
    /// How the features of a head are paired.
    let pairing: RotaryPairing
    /// cos θ, `[1, patches, pairs]` for all heads or `[heads, patches, pairs]`; with an angle for each feature, of the
    /// features instead of the pairs.
    let cosines: Parameter
    /// sin θ, in the same shape.
    let sines: Parameter

    /// - Precondition: the tables have the same shape of rank 3.
    package init(heads: Int, pairing: RotaryPairing, cosines: Parameter, sines: Parameter) {
        precondition(cosines.shape == sines.shape && cosines.shape.rank == 3, "the tables' shapes differ")
        self.heads = heads
        self.pairing = pairing
        self.cosines = cosines
        self.sines = sines
    }

    package var descriptor: OperationDescriptor {
        .rotary(heads: heads, pairing: pairing, cosines: cosines, sines: sines)
    }

    private var patches: Int { cosines.shape[1] }
    private var pairs: Int { pairing == .unequalNeighbors ? cosines.shape[2] / 2 : cosines.shape[2] }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        let expected: Shape = [max(shapes[0].dimensions.first ?? 0, patches), 6 * heads * pairs]
        guard shapes[0] == expected, [1, heads].contains(cosines.shape[0]) else {
            throw .shapeMismatch(
                place: "The input of rotary positions with \(heads) heads", expected: expected, found: shapes[0])
        }
        return shapes[0]
    }

    /// Four products and two sums for each pair of queries and keys.
    package func operationCount(_ shapes: [Shape]) -> Int { 12 * patches * heads * pairs }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let target = InputGradient(values: frame.output, accumulates: false)
        return [rotate(frame.inputs[0], into: target, frame.batch, frame.shapes[0], direction: 1)]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        [rotate(frame.outputGradient, into: frame.inputGradients[0], frame.batch, frame.shapes[0], direction: -1)]
    }

    /// Returns the work that rotates by the angles (`direction` 1) or back (−1).
    private func rotate(
        _ x: UnsafePointer<Float>, into target: InputGradient, _ batch: Int, _ shape: Shape, direction: Float
    ) -> TeamWork {
        let (tokens, stride) = (shape[0], shape[1])
        let (prefix, head) = (tokens - patches, 2 * pairs)
        // The tables of all heads, or one that they share.
        let angles = cosines.shape[2]
        let tableStride = cosines.shape[0] == 1 ? 0 : patches * angles
        return TeamWork(ofRows: batch * tokens, elements: stride) { [self] part in
            for row in part {
                let (from, to) = (x + row * stride, target.values + row * stride)
                let patch = row % tokens - prefix
                let rotated = patch < 0 ? 0 : 2 * heads * head
                for index in 0..<rotated / head {
                    let table = (index % heads) * tableStride + patch * angles
                    rotate(
                        from + index * head, into: to + index * head, cosines.values + table, sines.values + table,
                        direction: direction, adding: target.accumulates)
                }
                copy(
                    from + rotated, to: InputGradient(values: to + rotated, accumulates: target.accumulates),
                    0..<stride - rotated)
            }
        }
    }

    /// Rotates the pairs of one head.
    @inline(__always)
    private func rotate(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, _ cosine: UnsafePointer<Float>,
        _ sine: UnsafePointer<Float>, direction: Float, adding: Bool
    ) {
        switch pairing {
        case .halves:
            var pair = 0
            while pair + 8 <= pairs {
                let (c, s) = (cosine.lanes(pair), sine.lanes(pair) * direction)
                let (a, b) = (x.lanes(pair), x.lanes(pairs + pair))
                y.store(a * c - b * s, pair, adding: adding)
                y.store(b * c + a * s, pairs + pair, adding: adding)
                pair += 8
            }
            while pair < pairs {
                rotate(x, into: y, pair, pairs + pair, cosine[pair], sine[pair] * direction, adding)
                pair += 1
            }
        case .neighbors:
            var pair = 0
            while pair + 8 <= pairs {
                let (c, s) = (cosine.lanes(pair), sine.lanes(pair) * direction)
                let (low, high) = (x.lanes(2 * pair), x.lanes(2 * pair + 8))
                let a = Lanes(lowHalf: low.evenHalf, highHalf: high.evenHalf)
                let b = Lanes(lowHalf: low.oddHalf, highHalf: high.oddHalf)
                let (even, odd) = (a * c - b * s, b * c + a * s)
                var woven = Lanes()
                (woven.evenHalf, woven.oddHalf) = (even.lowHalf, odd.lowHalf)
                y.store(woven, 2 * pair, adding: adding)
                (woven.evenHalf, woven.oddHalf) = (even.highHalf, odd.highHalf)
                y.store(woven, 2 * pair + 8, adding: adding)
                pair += 8
            }
            while pair < pairs {
                rotate(x, into: y, 2 * pair, 2 * pair + 1, cosine[pair], sine[pair] * direction, adding)
                pair += 1
            }
        case .unequalNeighbors:
            for first in stride(from: 0, to: 2 * pairs, by: 2) {
                let second = first + 1
                let (a, b) = (x[first], x[second])
                // Back, each feature gets what the other one's angle took from it.
                let (s, t) = direction > 0 ? (sine[first], sine[second]) : (-sine[second], -sine[first])
                let (even, odd) = (a * cosine[first] - b * s, b * cosine[second] + a * t)
                y[first] = adding ? y[first] + even : even
                y[second] = adding ? y[second] + odd : odd
            }
        }
    }

    /// Rotates the pair of features at `first` and `second`.
    @inline(__always)
    private func rotate(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, _ first: Int, _ second: Int, _ cosine: Float,
        _ sine: Float, _ adding: Bool
    ) {
        let (a, b) = (x[first] * cosine - x[second] * sine, x[second] * cosine + x[first] * sine)
        y[first] = adding ? y[first] + a : a
        y[second] = adding ? y[second] + b : b
    }
}

/// How rotary positions pair the features of a head.
public enum RotaryPairing: String, Hashable, Sendable, CaseIterable {
    /// Feature k with feature k + half of the head's features: DINOv3.
    case halves
    /// Feature 2k with feature 2k + 1: EVA-02, Perception Encoder.
    case neighbors
    /// Feature 2k with feature 2k + 1, with an angle for each of the two: V-JEPA 2.
    case unequalNeighbors
}
