import Compute
import Foundation

/// The parameters are the phases of a picture's frequencies; how strong each is stays as in natural pictures.
///
///     φ' = (φ − mean) / (deviation + ε)        spectrum = r · e^{iφ'}
///     channels = irfft2(spectrum), standardized likewise
///     picture  = color(contrast · channels)
///
/// `φ` starts normal; it is `[height, 3, width / 2 + 1]`. An optimizer can move shapes but not drown the picture in high
/// frequencies, which is where gradients of vision models point.
///
/// Source: Fel et al. 2023, arXiv:2306.06805 (MACO), section 3; constants of Xplique's `maco`.
package final class PhaseParameterization: ParameterizationState {
    package let parameters: FloatBuffer
    package let gradient: FloatBuffer
    private let color: Color
    private let contrast: Float
    /// `r` for every phase.
    private let magnitude: FloatBuffer
    private let lanes: [WaveLane]
    /// The standardized channels of every picture, which its gradient needs: `[pictures, 3, height, width]`.
    private let standardized: FloatBuffer
    /// The deviation of every picture's channels before that.
    private let deviations: FloatBuffer
    private let plane: Int
    private let rowLength: Int

    /// Keeps a constant picture from dividing by zero.
    private static let epsilon: Float = 1e-5

    /// Normal phases.
    init(
        magnitude: FrequencyMagnitude, contrast: Float, color: Color, seeds: [UInt64], width: Int, height: Int,
        lanes pictureLanes: PictureLanes
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
        lanes = WaveLane.lanes(pictures: seeds.count, of: pictureLanes, transform: transform)
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
        let lane = lanes[lane]
        let bins = lane.transform.bins
        let phases = parameters.pointer + index * magnitude.count
        let phase = Moments(phases, count: magnitude.count)
        team.forEach(of: magnitude.count / bins, atLeast: 4) { rows in
            for row in rows {
                let spectrum = lane.spectrum.pointer + row * 2 * bins
                for bin in 0..<bins {
                    let place = row * bins + bin
                    let angle = phase.standardized(phases[place], Self.epsilon)
                    spectrum[bin] = magnitude.pointer[place] * cos(angle)
                    spectrum[bins + bin] = magnitude.pointer[place] * sin(angle)
                }
            }
        }
        lane.transform.inverse(spectrum: lane.spectrum.pointer, picture: lane.channels.pointer, team)
        let channel = Moments(lane.channels.pointer, count: 3 * plane)
        deviations.pointer[index] = channel.deviation
        let saved = standardized.pointer + index * 3 * plane
        team.forEach(ofElements: 3 * plane) { part in
            for place in part {
                saved[place] = channel.standardized(lane.channels.pointer[place], Self.epsilon)
                lane.channels.pointer[place] = contrast * saved[place]
            }
        }
        color.apply(channels: lane.channels.pointer, picture: picture, count: plane, team)
    }

    package func pullBack(
        _ index: Int, picture: UnsafePointer<Float>, pictureGradient: UnsafeMutablePointer<Float>, lane: Int,
        _ team: ThreadTeam
    ) {
        let lane = lanes[lane]
        color.gradient(
            picture: picture, pictureGradient: pictureGradient, channelGradient: lane.channels.pointer,
            count: plane, team)
        let channels = StandardizedGradient(
            values: standardized.pointer + index * 3 * plane, gradient: lane.channels.pointer, count: 3 * plane,
            deviation: deviations.pointer[index], epsilon: Self.epsilon)
        team.forEach(ofElements: 3 * plane) { part in
            for place in part {
                lane.channels.pointer[place] =
                    contrast
                    * channels.before(standardized.pointer[index * 3 * plane + place], lane.channels.pointer[place])
            }
        }
        lane.transform.inverseGradient(
            pictureGradient: lane.channels.pointer, spectrumGradient: lane.spectrum.pointer, team)
        pullBackPhases(index, lane, team)
    }

    /// From the spectrum's gradient to that of the phases as they are stored.
    private func pullBackPhases(_ index: Int, _ lane: WaveLane, _ team: ThreadTeam) {
        let (count, bins) = (magnitude.count, lane.transform.bins)
        let phases = parameters.pointer + index * count
        let slopes = gradient.pointer + index * count
        let phase = Moments(phases, count: count)
        team.forEach(of: count / bins, atLeast: 4) { rows in
            for row in rows {
                let spectrum = lane.spectrum.pointer + row * 2 * bins
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
        // Numbers that do not deviate have no direction in which they could.
        along = deviation > 0 ? Float(product / Double(max(count, 1))) / deviation : 0
        divisor = deviation + epsilon
    }

    /// The gradient before, of a value that is `y` after.
    func before(_ y: Float, _ gradient: Float) -> Float { (gradient - mean) / divisor - y * along }
}
