import Images

/// A correction of the pixels after each step.
///
/// Only for ``Parameterization/pixels(start:color:)``, whose parameters are the picture; spectra do not need it.
public enum Correction: Codable, Hashable, Sendable {
    /// Blurs the picture itself with a Gaussian of `deviation` pixels, cut off at `size` pixels (odd): high frequencies
    /// do not grow.
    case blur(deviation: Schedule, size: Int)
    /// Limits the channels' values to a range.
    case clamp(lower: Float, upper: Float)
}

/// The corrections of the pixels of a group of pictures, with their memory.
final class PixelCorrections {
    private let corrections: [Correction]
    private let blurs: [GaussianBlur?]
    private let scratch: FloatBuffer
    private let count: Int

    /// Creates the corrections of pictures of `size`.
    init(_ corrections: [Correction], size: PixelSize) {
        self.corrections = corrections
        count = 3 * size.area
        blurs = corrections.map { correction in
            guard case .blur(let deviation, let taps) = correction else { return nil }
            return GaussianBlur(deviation: deviation, taps: taps, size: size, pictures: 1)
        }
        scratch = FloatBuffer(count: blurs.contains { $0 != nil } ? count : 0)
    }

    /// Corrects `[pictures, 3, height, width]`.
    ///
    /// - Parameter progress: 0 at the stage's first step, 1 at its last.
    func apply(to pixels: FloatBuffer, progress: Float) {
        for (correction, blur) in zip(corrections, blurs) {
            for start in stride(from: 0, to: pixels.count, by: count) {
                apply(correction, blur, to: pixels.pointer + start, progress: progress)
            }
        }
    }

    private func apply(
        _ correction: Correction, _ blur: GaussianBlur?, to picture: UnsafeMutablePointer<Float>, progress: Float
    ) {
        switch correction {
        case .blur(let deviation, _):
            blur?.prepare(deviation: deviation.value(at: progress))
            blur?.forward(0, input: picture, output: scratch.pointer)
            picture.update(from: scratch.pointer, count: count)
        case .clamp(let lower, let upper):
            for place in 0..<count { picture[place] = min(max(picture[place], lower), upper) }
        }
    }
}
