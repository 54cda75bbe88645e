/// A random change of the picture before the model sees it, drawn anew for every picture and step.
///
/// What survives transforms is pattern; what does not was made of pixels that conspire. Geometric ones
/// that stand together are done as one resampling.
public enum Transform: Codable, Hashable, Sendable {
    /// Frames the picture with a value; what lies further out has it too.
    ///
    /// Without it the geometric transforms beside it mirror the picture at its edges.
    case pad(pixels: Int, value: Float)
    /// Crops to `pixels` fewer at a random whole offset, as Lucid does: a shift by up to half of `pixels`.
    case jitter(pixels: Int)
    /// Shifts by up to `pixels` each way along both axes, not only by whole ones.
    case shift(pixels: Float)
    /// Moves by up to `pixels` whole pixels each way along both axes; what leaves at one edge comes in at the other.
    case roll(pixels: Int)
    /// Mirrors the picture, left to right, every other time.
    case flip
    /// Enlarges by a factor about the center.
    case scale(factor: Distribution)
    /// Looks at a part of the picture, this large: .7 shows 70 % of its width. The inverse of ``scale(factor:)``.
    case view(part: Distribution)
    /// Looks at a part of the picture, this large, anywhere in it: .7 shows 70 % of its width. Above 1 it shows what
    /// ``view(part:)`` does.
    case crop(part: Distribution)
    /// Turns about the center, anticlockwise.
    case rotate(degrees: Distribution)
    /// Blurs with a Gaussian of `deviation` pixels, cut off at `size` pixels (odd).
    case blur(deviation: Schedule, size: Int)
    /// Multiplies each channel by e^±gain and adds ±offset. Ghiasi et al. 2022, arXiv:2212.06727.
    case colorShift(gain: Float, offset: Float)
    /// Adds normal noise to every value.
    case noise(deviation: Schedule)
    /// Adds one normal number to each channel.
    case channelNoise(deviation: Schedule)
    /// Limits values to a range.
    case clamp(lower: Float, upper: Float)
}
