/// What a picture starts from.
public enum PictureStart: Codable, Hashable, Sendable {
    /// Normal noise in the parameterization's own channels.
    case noise(mean: Float, deviation: Float)
    /// One grey; .5 is the middle.
    case grey(level: Float)
    /// A photograph, by name. Its pixels are given to the renderer beside the recipe.
    case photograph(name: String)

    /// The channels before colour: `[3, plane]`.
    ///
    /// - Parameter photograph: for a start of that kind, as large as the picture.
    func channels(_ colour: Colour, seed: UInt64, plane: Int, photograph: Image?) -> [Float] {
        switch self {
        case .noise(let mean, let deviation):
            var random = RandomSource(seed: seed)
            return (0..<3 * plane).map { _ in mean + deviation * random.normal() }
        case .grey(let level):
            return colour.inverse(picture: [Float](repeating: level, count: 3 * plane))
        case .photograph:
            let middle = [Float](repeating: 0.5, count: 3 * plane)
            return colour.inverse(picture: photograph?.planes.values ?? middle)
        }
    }
}
