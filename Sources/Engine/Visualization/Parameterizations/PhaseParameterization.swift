import Compute
import Foundation

/// A parameterization by the phases of a picture's spectrum; its magnitudes stay those of natural pictures.
///
///     φ' = (φ − mean) / (deviation + ε)        spectrum = r · e^{iφ'}
///     channels = irfft2(spectrum), standardized likewise
///     picture  = color(contrast · channels)
///
/// `φ` starts normal; it is `[height, 3, width / 2 + 1]`. An optimizer can move shapes, but cannot amplify the high
/// frequencies, which is where gradients of vision models point.
///
/// Source: Fel et al. 2023, arXiv:2306.06805 (MACO), section 3; constants of Xplique's `maco`.
final class PhaseParameterization: ParameterizationState {
    package let parameters: FloatBuffer
    package let gradient: FloatBuffer
    private let color: Color
    private let contrast: Float
    /// `r` for every phase.
    private let magnitude: FloatBuffer
    private let scratch: [FourierScratch]
    /// The standardized channels of every picture, which its gradient needs: `[pictures, 3, height, width]`.
    private let standardized: FloatBuffer
    /// The deviation of every picture's channels before that.
    private let deviations: FloatBuffer
    private let plane: Int
    private let rowLength: Int

    /// A small number that prevents a division by zero for a constant picture.
    private static let epsilon: Float = 1e-5

    /// Creates the state with normally distributed phases.
    init(
        magnitude: FrequencyMagnitude, contrast: Float, color: Color, seeds: [UInt64], width: Int, height: Int,
        lanes: PictureLanes
    ) {
        self.color = color
        self.contrast = contrast
        plane = width * height
        let transform = RealFourier(width: width, height: height)
        let count = transform.coefficientCount / 2
        rowLength = count / height
        parameters = FloatBuffer(count: seeds.count * count)
        gradient = FloatBuffer(count: seeds.count * count)
        self.magnitude = FloatBuffer(count: count)
        standardized = FloatBuffer(count: seeds.count * 3 * plane)
        deviations = FloatBuffer(count: seeds.count)
        scratch = FourierScratch.allocate(pictures: seeds.count, lanes: lanes, transform: transform)
        for (index, seed) in seeds.enumerated() {
            var random = RandomSource(seed: seed)
            for offset in 0..<count { parameters.pointer[index * count + offset] = random.normal() }
        }
        let (bins, frequencies) = (transform.bins, transform.frequencies)
        for row in 0..<height {
            for channel in 0..<3 {
                for bin in 0..<bins {
                    self.magnitude.pointer[(row * 3 + channel) * bins + bin] = magnitude.value(
                        channel: channel, at: frequencies[row * 6 * bins + bin])
                }
            }
        }
    }

    package func draw(
        _ index: Int, into picture: UnsafeMutablePointer<Float>, lane: Int, _ team: ThreadTeam
    ) {
        let scratch = scratch[lane]
        let bins = scratch.transform.bins
        let phases = parameters.pointer + index * magnitude.count
        let phase = Moments(phases, count: magnitude.count)
        team.forEach(of: magnitude.count / bins, atLeast: 4) { rows in
            for row in rows {
                let spectrum = scratch.spectrum.pointer + row * 2 * bins
                for bin in 0..<bins {
                    let place = row * bins + bin
                    let angle = phase.standardized(phases[place], Self.epsilon)
                    spectrum[bin] = magnitude.pointer[place] * cos(angle)
                    spectrum[bins + bin] = magnitude.pointer[place] * sin(angle)
                }
            }
        }
        scratch.transform.inverse(spectrum: scratch.spectrum.pointer, picture: scratch.channels.pointer, team)
        let channel = Moments(scratch.channels.pointer, count: 3 * plane)
        deviations.pointer[index] = channel.deviation
        let saved = standardized.pointer + index * 3 * plane
        team.forEach(ofElements: 3 * plane) { part in
            for place in part {
                saved[place] = channel.standardized(scratch.channels.pointer[place], Self.epsilon)
                scratch.channels.pointer[place] = contrast * saved[place]
            }
        }
        color.apply(channels: scratch.channels.pointer, picture: picture, count: plane, team)
    }

    package func pullBack(
        _ index: Int, picture: UnsafePointer<Float>, pictureGradient: UnsafeMutablePointer<Float>, lane: Int,
        _ team: ThreadTeam
    ) {
        let scratch = scratch[lane]
        color.gradient(
            picture: picture, pictureGradient: pictureGradient, channelGradient: scratch.channels.pointer,
            count: plane, team)
        let channels = StandardizedGradient(
            values: standardized.pointer + index * 3 * plane, gradient: scratch.channels.pointer, count: 3 * plane,
            deviation: deviations.pointer[index], epsilon: Self.epsilon)
        team.forEach(ofElements: 3 * plane) { part in
            for place in part {
                scratch.channels.pointer[place] =
                    contrast
                    * channels.before(standardized.pointer[index * 3 * plane + place], scratch.channels.pointer[place])
            }
        }
        scratch.transform.inverseGradient(
            pictureGradient: scratch.channels.pointer, spectrumGradient: scratch.spectrum.pointer, team)
        pullBackPhases(index, scratch, team)
    }

    /// Computes the gradient of the stored phases from that of the spectrum.
    private func pullBackPhases(_ index: Int, _ scratch: FourierScratch, _ team: ThreadTeam) {
        let (count, bins) = (magnitude.count, scratch.transform.bins)
        let phases = parameters.pointer + index * count
        let slopes = gradient.pointer + index * count
        let phase = Moments(phases, count: count)
        team.forEach(of: count / bins, atLeast: 4) { rows in
            for row in rows {
                let spectrum = scratch.spectrum.pointer + row * 2 * bins
                for bin in 0..<bins {
                    let place = row * bins + bin
                    let angle = phase.standardized(phases[place], Self.epsilon)
                    slopes[place] =
                        magnitude.pointer[place] * (cos(angle) * spectrum[bins + bin] - sin(angle) * spectrum[bin])
                }
            }
        }
        let standard = StandardizedGradient(
            gradient: slopes, count: count, deviation: phase.deviation, epsilon: Self.epsilon
        ) { phase.standardized(phases[$0], Self.epsilon) }
        team.forEach(ofElements: count) { part in
            for place in part {
                slopes[place] = standard.before(phase.standardized(phases[place], Self.epsilon), slopes[place])
            }
        }
    }
}

/// The mean and the deviation of some numbers.
private struct Moments {
    let mean: Float
    let deviation: Float

    init(_ values: UnsafePointer<Float>, count: Int) {
        var (sum, squares) = (0.0, 0.0)
        for place in 0..<count {
            let value = Double(values[place])
            sum += value
            squares += value * value
        }
        let mean = sum / Double(max(count, 1))
        self.mean = Float(mean)
        deviation = Float(max(squares / Double(max(count, 1)) - mean * mean, 0).squareRoot())
    }

    func standardized(_ value: Float, _ epsilon: Float) -> Float { (value - mean) / (deviation + epsilon) }
}

/// The gradient through `y = (x − mean) / (deviation + ε)`:
///
///     ∂/∂x_i = (∂/∂y_i − mean(∂/∂y)) / (deviation + ε) − y_i · mean(∂/∂y · y) / deviation
private struct StandardizedGradient {
    private let mean: Float
    private let along: Float
    private let divisor: Float

    init(
        values: UnsafePointer<Float>, gradient: UnsafePointer<Float>, count: Int, deviation: Float, epsilon: Float
    ) {
        self.init(gradient: gradient, count: count, deviation: deviation, epsilon: epsilon) { values[$0] }
    }

    init(
        gradient: UnsafePointer<Float>, count: Int, deviation: Float, epsilon: Float, value: (Int) -> Float
    ) {
        var (sum, product) = (0.0, 0.0)
        for place in 0..<count {
            sum += Double(gradient[place])
            product += Double(gradient[place]) * Double(value(place))
        }
        mean = Float(sum / Double(max(count, 1)))
        // A deviation of 0 has no gradient.
        along = deviation > 0 ? Float(product / Double(max(count, 1))) / deviation : 0
        divisor = deviation + epsilon
    }

    /// Returns the gradient before the standardization, of a value that is `y` after it.
    func before(_ y: Float, _ gradient: Float) -> Float { (gradient - mean) / divisor - y * along }
}
