import Compute

/// The start of a picture, before the first step.
public enum PictureStart: Codable, Hashable, Sendable {
    /// Normally distributed noise in the parameterization's own channels.
    case noise(mean: Float, deviation: Float)
    /// Uniformly distributed noise in the parameterization's own channels.
    case evenNoise(lower: Float, upper: Float)
    /// A gray of this level; .5 is the middle.
    case gray(level: Float)
    /// A photograph. Its pixels are given to the renderer in addition to the recipe, and resampled to the picture's size.
    /// A later stage continues from the earlier one's picture, and adds the detail of the photograph that it was too small for.
    ///
    /// - `headroom`: how much of the range is left free above the lightest and below the darkest tone, which the photograph's are
    ///   drawn in for: `headroom + (1 − 2 · headroom) · value`. Nil for none. Where a photograph is black or white nothing can grow,
    ///   since the sigmoid hardly moves there.
    case photograph(PhotographReference, headroom: Float? = nil)

    /// Returns the channels before color, `[3, plane]`.
    ///
    /// A photograph gives a middle gray, since its pixels are given to the parameterization.
    func channels(_ color: Color, seed: UInt64, plane: Int) -> [Float] {
        switch self {
        case .noise(let mean, let deviation):
            var random = RandomSource(seed: seed)
            return (0..<3 * plane).map { _ in mean + deviation * random.normal() }
        case .evenNoise(let lower, let upper):
            var random = RandomSource(seed: seed)
            return (0..<3 * plane).map { _ in random.uniform(lower...upper) }
        case .gray(let level):
            return color.inverse(picture: [Float](repeating: level, count: 3 * plane))
        case .photograph:
            return color.inverse(picture: [Float](repeating: 0.5, count: 3 * plane))
        }
    }
}
