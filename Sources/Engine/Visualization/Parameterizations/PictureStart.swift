import Compute

/// What a picture starts from.
public enum PictureStart: Codable, Hashable, Sendable {
    /// Normal noise in the parameterization's own channels.
    case noise(mean: Float, deviation: Float)
    /// Evenly distributed noise in the parameterization's own channels.
    case evenNoise(lower: Float, upper: Float)
    /// One grey; .5 is the middle.
    case grey(level: Float)
    /// A photograph. Its pixels are given to the renderer beside the recipe; they are resampled to the picture's size.
    /// A later stage goes on from the earlier one's picture, and gets what of the photograph that was too small to show.
    case photograph(PhotographReference)

    /// The channels before colour: `[3, plane]`.
    ///
    /// Those of a photograph are given to the parameterization, and a middle grey stands for them here.
    func channels(_ colour: Colour, seed: UInt64, plane: Int) -> [Float] {
        switch self {
        case .noise(let mean, let deviation):
            var random = RandomSource(seed: seed)
            return (0..<3 * plane).map { _ in mean + deviation * random.normal() }
        case .evenNoise(let lower, let upper):
            var random = RandomSource(seed: seed)
            return (0..<3 * plane).map { _ in random.uniform(lower...upper) }
        case .grey(let level):
            return colour.inverse(picture: [Float](repeating: level, count: 3 * plane))
        case .photograph:
            return colour.inverse(picture: [Float](repeating: 0.5, count: 3 * plane))
        }
    }
}
