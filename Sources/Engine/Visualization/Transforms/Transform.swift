/// A random change of the picture before the model sees it, drawn anew for every picture and step.
///
/// Transforms suppress adversarial noise, which does not survive them as shapes do. Neighboring geometric
/// transforms are applied as one resampling.
public enum Transform: Codable, Hashable, Sendable {
    /// Pads the picture with a value, which continues beyond the padding.
    ///
    /// Without it the neighboring geometric transforms mirror the picture at its edges.
    case pad(pixels: Int, value: Float)
    /// Crops to `pixels` fewer at a random whole offset, as Lucid does: a shift by up to half of `pixels`.
    case jitter(pixels: Int)
    /// Shifts by up to `pixels` in both directions along both axes, also by fractions of a pixel.
    case shift(pixels: Float)
    /// Shifts cyclically by up to `pixels` whole pixels in both directions along both axes.
    case roll(pixels: Int)
    /// Mirrors the picture left to right, with probability ½.
    case flip
    /// Enlarges by a factor about the center.
    case scale(factor: Distribution)
    /// Shows the middle part of the picture: .7 shows 70 % of its width. The inverse of ``scale(factor:)``.
    case view(part: Distribution)
    /// Shows a part of the picture at a random place: .7 shows 70 % of its width. Above 1 it is the same as
    /// ``view(part:)``.
    case crop(part: Distribution)
    /// Rotates about the center, counterclockwise.
    case rotate(degrees: Distribution)
    /// Blurs with a Gaussian of `deviation` pixels, cut off at `size` pixels (odd).
    case blur(deviation: Schedule, size: Int)
    /// Multiplies each channel by e^±gain and adds ±offset. Ghiasi et al. 2022, arXiv:2212.06727.
    case colorShift(gain: Float, offset: Float)
    /// Adds normally distributed noise to every value.
    case noise(deviation: Schedule)
    /// Adds one normally distributed number to each channel.
    case channelNoise(deviation: Schedule)
    /// Limits values to a range.
    case clamp(lower: Float, upper: Float)

}
