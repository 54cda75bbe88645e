import Foundation

/// The parameters are a picture's frequencies, scaled so that a step changes low ones more.
///
///     channels = irfft2(z · s) / 4        s = 1 / max(f, 1 / max(h, w))^decay        f = √(fx² + fy²)
///     picture  = colour(channels)
///
/// `z` starts normal; it is `[height, 3, 2, width / 2 + 1]`, real parts before imaginary ones. The transform
/// is orthonormal and exact for odd sizes, so that nothing has to be cropped.
///
/// Source: Olah, Mordvintsev, Schubert 2017, "Feature Visualization", distill.00007, preconditioning;
/// constants of tensorflow/lucid, `lucid/optvis/param/spatial.py`.
package final class FourierParameterization: ParameterizationState {
    package let parameters: FloatBuffer
    package let gradient: FloatBuffer
    private let transform: RealFourier
    private let colour: Colour
    /// `s / 4` for every coefficient.
    private let scale: FloatBuffer
    /// Scaled coefficients or their gradient: `[height, 3, 2, width / 2 + 1]`.
    private let spectrum: FloatBuffer
    /// The picture before colour, or its gradient: `[3, height, width]`.
    private let channels: FloatBuffer
    private let plane: Int

    /// Normal frequencies.
    ///
    /// - Parameter seeds: one for each picture.
    init(deviation: Float, decay: Float, colour: Colour, seeds: [UInt64], width: Int, height: Int) {
        self.colour = colour
        plane = width * height
        transform = RealFourier(width: width, height: height)
        let count = transform.coefficientCount
        parameters = FloatBuffer(count: seeds.count * count)
        gradient = FloatBuffer(count: seeds.count * count)
        scale = FloatBuffer(count: count)
        spectrum = FloatBuffer(count: count)
        channels = FloatBuffer(count: 3 * plane)
        for (index, seed) in seeds.enumerated() {
            var random = RandomSource(seed: seed)
            for offset in 0..<count {
                parameters.pointer[index * count + offset] = deviation * random.normal()
            }
        }
        let lowest = 1 / Float(max(width, height))
        for (index, frequency) in transform.frequencies.enumerated() {
            scale.pointer[index] = pow(max(frequency, lowest), -decay) / 4
        }
    }

    package func draw(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
        let coefficients = parameters.pointer + index * spectrum.count
        multiplyByScale(coefficients, into: spectrum.pointer)
        transform.inverse(spectrum: spectrum.pointer, picture: channels.pointer)
        colour.apply(channels: channels.pointer, picture: picture, count: plane)
    }

    package func pullBack(
        _ index: Int, picture: UnsafePointer<Float>, pictureGradient: UnsafeMutablePointer<Float>
    ) {
        colour.gradient(
            picture: picture, pictureGradient: pictureGradient, channelGradient: channels.pointer,
            count: plane)
        transform.inverseGradient(pictureGradient: channels.pointer, spectrumGradient: spectrum.pointer)
        multiplyByScale(spectrum.pointer, into: gradient.pointer + index * spectrum.count)
    }

    private func multiplyByScale(_ from: UnsafePointer<Float>, into to: UnsafeMutablePointer<Float>) {
        for index in 0..<scale.count { to[index] = from[index] * scale.pointer[index] }
    }
}
