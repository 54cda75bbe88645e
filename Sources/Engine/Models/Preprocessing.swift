/// How a photograph becomes a model's input: the models' own, as their authors trained them.
public struct Preprocessing: Codable, Hashable, Sendable {
    /// How new pixels are made from old ones.
    public enum Interpolation: String, Codable, Hashable, Sendable {
        /// Linear in both directions.
        case bilinear
        /// Cubic in both directions.
        case bicubic
    }

    /// The channels' means, red first.
    public var mean: [Float]
    /// The channels' standard deviations, red first.
    public var std: [Float]
    /// The side of the centre crop in pixels.
    public var size: Int
    /// The shorter side before the crop in pixels.
    public var resize: Int
    /// How the photograph is resized.
    public var interpolation: Interpolation

    /// A preprocessing of these values.
    public init(mean: [Float], std: [Float], size: Int, resize: Int, interpolation: Interpolation) {
        self.mean = mean
        self.std = std
        self.size = size
        self.resize = resize
        self.interpolation = interpolation
    }
}
