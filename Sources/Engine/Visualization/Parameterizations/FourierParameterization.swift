import Compute
import Foundation

/// A parameterization by a picture's spectrum, scaled so that a step changes low frequencies more.
///
///     channels = irfft2(z · s) / 4        s = 1 / max(f, 1 / longest)^decay        f = √(fx² + fy²)
///     picture  = color(channels)
///
/// `longest` is the longer side in pixels unless it is given. `z` starts normal; it is `[height, 3, 2, width / 2 + 1]`, real
/// parts before imaginary ones. The transform
/// is orthonormal and exact for odd sizes, so that nothing has to be cropped.
///
/// Source: Olah, Mordvintsev, Schubert 2017, "Feature Visualization", distill.00007, preconditioning;
/// constants of tensorflow/lucid, `lucid/optvis/param/spatial.py`.
final class FourierParameterization: ParameterizationState {
    package let parameters: FloatBuffer
    package let gradient: FloatBuffer
    private let color: Color
    /// `s / 4` for every coefficient.
    private let scale: FloatBuffer
    /// The coefficients that are not changed: those of the mean, if it is kept.
    private let fixed: [Int]
    private let scratch: [FourierScratch]
    private let plane: Int

    /// Creates the state with normally distributed coefficients.
    ///
    /// - Parameters:
    ///   - start: what the coefficients are added to.
    ///   - keepsMean: whether the mean of each channel stays what it is at the start.
    ///   - longestWave: in pixels, from where on longer waves are scaled as this one; nil for the longer side.
    ///   - seeds: one for each picture.
    ///   - pictures: what they are added to instead, `[3, height, width]` each; nil for `start`.
    ///   - lanes: the lanes that pictures are computed in.
    init(
        deviation: Float, decay: Float, color: Color, start: PictureStart?, keepsMean: Bool,
        longestWave: Float? = nil, seeds: [UInt64],
        width: Int, height: Int, from pictures: [[Float]]?, lanes: PictureLanes
    ) {
        self.color = color
        plane = width * height
        let transform = RealFourier(width: width, height: height)
        let count = transform.coefficientCount
        parameters = FloatBuffer(count: seeds.count * count)
        gradient = FloatBuffer(count: seeds.count * count)
        scale = FloatBuffer(count: count)
        scratch = FourierScratch.allocate(pictures: seeds.count, lanes: lanes, transform: transform)
        for (index, seed) in seeds.enumerated() {
            var random = RandomSource(seed: seed)
            for offset in 0..<count {
                parameters.pointer[index * count + offset] = deviation * random.normal()
            }
        }
        let longest = Float(max(width, height))
        let lowest = 1 / min(longestWave ?? longest, longest)
        let frequencies = transform.frequencies
        fixed = keepsMean ? frequencies.indices.filter { frequencies[$0] == 0 } : []
        for (index, frequency) in frequencies.enumerated() {
            scale.pointer[index] = pow(max(frequency, lowest), -decay) / 4
        }
        for (index, seed) in seeds.enumerated() {
            guard
                let channels = pictures.map({ color.inverse(picture: $0[index]) })
                    ?? start?.channels(color, seed: seed, plane: plane)
            else { continue }
            transform.forward(picture: channels, spectrum: scratch[0].spectrum.pointer)
            for offset in 0..<count {
                parameters.pointer[index * count + offset] +=
                    scratch[0].spectrum.pointer[offset] / scale.pointer[offset]
            }
        }
    }

    package func draw(
        _ index: Int, into picture: UnsafeMutablePointer<Float>, lane: Int, _ team: ThreadTeam
    ) {
        let scratch = scratch[lane]
        multiplyByScale(parameters.pointer + index * scale.count, into: scratch.spectrum.pointer, team)
        scratch.transform.inverse(spectrum: scratch.spectrum.pointer, picture: scratch.channels.pointer, team)
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
        scratch.transform.inverseGradient(
            pictureGradient: scratch.channels.pointer, spectrumGradient: scratch.spectrum.pointer, team)
        let own = gradient.pointer + index * scale.count
        multiplyByScale(scratch.spectrum.pointer, into: own, team)
        for coefficient in fixed { own[coefficient] = 0 }
    }

    private func multiplyByScale(
        _ from: UnsafePointer<Float>, into to: UnsafeMutablePointer<Float>, _ team: ThreadTeam
    ) {
        let factors = scale.pointer
        team.forEach(ofElements: scale.count) { part in
            for index in part { to[index] = from[index] * factors[index] }
        }
    }
}
