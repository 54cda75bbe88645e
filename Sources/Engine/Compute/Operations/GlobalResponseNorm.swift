import Platform

/// Multiplies each channel by its share of all channels' size over the whole grid, and adds that to what is there.
///
///     g = √(Σ over tokens of x²), m = mean over channels of g + ε
///     y = γ · x · g / m + β + x
///     ∂x = ∂y · (γ · g / m + 1) + x / g · (s − Σ over channels of s · g / (m · channels)) / m
///          with s = Σ over tokens of ∂y · γ · x
///
/// Input and output `[tokens, channels]`. A channel that is 0 everywhere takes no part in the second term.
///
/// - Saves: g of each channel, then m.
/// - Source: Woo et al. 2023, arXiv:2301.00808, eq. 1–3; timm `layers/grn.py`.
package struct GlobalResponseNorm: CPUKernel {
    /// γ and β, `[channels]`.
    let scale: Parameter
    let shift: Parameter
    let epsilon: Float

    /// Creates a global response norm with frozen weights.
    ///
    /// - Parameter epsilon: added to the mean; 1e-6 in all published models.
    package init(scale: Parameter, shift: Parameter, epsilon: Float = 1e-6) {
        self.scale = scale
        self.shift = shift
        self.epsilon = epsilon
    }

    private var channels: Int { scale.shape.count }

    package var descriptor: OperationDescriptor {
        .globalResponseNorm(scale: scale, shift: shift, epsilon: epsilon)
    }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 2, shapes[0][1] == channels else {
            throw .shapeMismatch(
                place: "The input of a global response norm", expected: [max(shapes[0][0], 1), channels],
                found: shapes[0])
        }
        return shapes[0]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 5 * shapes[0].count }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { 7 * shapes[0].count }
    package var gradientReads: GradientReads { .inputs }
    package func savedCount(_ shapes: [Shape]) -> Int { channels + 1 }
    package func scratchCount(_ shapes: [Shape]) -> Int { channels + 1 }
    /// The factors of ∂y and of x, channel by channel.
    package func gradientScratchCount(_ shapes: [Shape]) -> Int { channels }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let (x, y) = (frame.inputs[0], frame.output)
        let (batch, tokens) = (frame.batch, frame.shapes[0][0])
        let sizes = frame.saved ?? frame.scratch
        let norms = sums(batch, tokens) { [self] picture, strip in
            var sum = Lanes.zero
            for token in picture * tokens..<(picture + 1) * tokens {
                let values = lanes(x + token * channels, strip)
                sum += values * values
            }
            store(sum.squareRoot(), sizes + picture * (channels + 1), strip)
        }
        let means = TeamWork(of: batch) { [self] part in
            for picture in part {
                let g = sizes + picture * (channels + 1)
                var sum: Float = 0
                for channel in 0..<channels { sum += g[channel] }
                g[channels] = sum / Float(channels) + epsilon
            }
        }
        let result = TeamWork(ofRows: batch * tokens, elements: channels) { [self] part in
            for row in part {
                let g = sizes + row / tokens * (channels + 1)
                let reciprocal = 1 / g[channels]
                let (x, y) = (x + row * channels, y + row * channels)
                var channel = 0
                while channel + 8 <= channels {
                    let factor = scale.values.lanes(channel) * (g.lanes(channel) * reciprocal) + 1
                    y.store(x.lanes(channel) * factor + shift.values.lanes(channel), channel)
                    channel += 8
                }
                while channel < channels {
                    let factor = scale.values[channel] * (g[channel] * reciprocal) + 1
                    y[channel] = x[channel] * factor + shift.values[channel]
                    channel += 1
                }
            }
        }
        return [norms, means, result]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let (x, dy, target) = (frame.inputs[0], frame.outputGradient, frame.inputGradients[0])
        let (batch, tokens) = (frame.batch, frame.shapes[0][0])
        let (sizes, factors) = (frame.saved, frame.scratch)
        // s, which the next work makes the factor of x.
        let products = sums(batch, tokens) { [self] picture, strip in
            var sum = Lanes.zero
            for token in picture * tokens..<(picture + 1) * tokens {
                sum += lanes(x + token * channels, strip) * lanes(dy + token * channels, strip)
            }
            store(sum * lanes(scale.values, strip), factors + picture * channels, strip)
        }
        let slopes = TeamWork(of: batch) { [self] part in
            for picture in part {
                let (g, s) = (sizes + picture * (channels + 1), factors + picture * channels)
                let reciprocal = 1 / g[channels]
                var common: Float = 0
                for channel in 0..<channels { common += s[channel] * g[channel] }
                common *= reciprocal / Float(channels)
                for channel in 0..<channels {
                    s[channel] = g[channel] == 0 ? 0 : (s[channel] - common) * reciprocal / g[channel]
                }
            }
        }
        let result = TeamWork(ofRows: batch * tokens, elements: channels) { [self] part in
            for row in part {
                let (g, s) = (sizes + row / tokens * (channels + 1), factors + row / tokens * channels)
                let reciprocal = 1 / g[channels]
                let (x, dy, dx) = (x + row * channels, dy + row * channels, target.values + row * channels)
                var channel = 0
                while channel + 8 <= channels {
                    let factor = scale.values.lanes(channel) * (g.lanes(channel) * reciprocal) + 1
                    let value = dy.lanes(channel) * factor + x.lanes(channel) * s.lanes(channel)
                    dx.store(value, channel, adding: target.accumulates)
                    channel += 8
                }
                while channel < channels {
                    let factor = scale.values[channel] * (g[channel] * reciprocal) + 1
                    let value = dy[channel] * factor + x[channel] * s[channel]
                    dx[channel] = target.accumulates ? dx[channel] + value : value
                    channel += 1
                }
            }
        }
        return [products, slopes, result]
    }

    /// Returns the work that calls `body` for every picture and every strip of eight channels.
    private func sums(
        _ batch: Int, _ tokens: Int, _ body: @escaping (_ picture: Int, _ strip: Range<Int>) -> Void
    ) -> TeamWork {
        let strips = (channels + 7) / 8
        return TeamWork(ofRows: batch * strips, elements: 8 * tokens) { [self] part in
            for unit in part {
                let first = unit % strips * 8
                body(unit / strips, first..<min(first + 8, channels))
            }
        }
    }

    @inline(__always)
    private func lanes(_ x: UnsafePointer<Float>, _ strip: Range<Int>) -> Lanes {
        strip.count == 8 ? x.lanes(strip.lowerBound) : x.lanes(strip.lowerBound, first: strip.count)
    }

    @inline(__always)
    private func store(_ values: Lanes, _ target: UnsafeMutablePointer<Float>, _ strip: Range<Int>) {
        if strip.count == 8 {
            target.store(values, strip.lowerBound)
        } else {
            target.store(values, strip.lowerBound, first: strip.count)
        }
    }
}
