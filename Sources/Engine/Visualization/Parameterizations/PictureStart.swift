import Compute

/// What a picture starts from.
public enum PictureStart: Codable, Hashable, Sendable {
    /// Normal noise in the parameterization's own channels.
    case noise(mean: Float, deviation: Float)
    /// Evenly distributed noise in the parameterization's own channels.
    case evenNoise(lower: Float, upper: Float)
    /// One gray; .5 is the middle.
    case gray(level: Float)
    /// A photograph. Its pixels are given to the renderer beside the recipe; they are resampled to the picture's size.
    /// A later stage goes on from the earlier one's picture, and gets what of the photograph that was too small to show.
    case photograph(PhotographReference)

    /// The channels before color: `[3, plane]`.
    ///
    /// Those of a photograph are given to the parameterization, and a middle gray stands for them here.
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
