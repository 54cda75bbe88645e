import Compute
import Images
import Platform

/// Where in a photograph an objective looks, by its gradient.
public struct Saliency: Sendable {
    /// What a map is made of.
    public enum Attribution: String, Codable, CaseIterable, Hashable, Sendable {
        /// |∂objective/∂input|, the largest of the three channels: what a small change would move most.
        ///
        /// Source: Simonyan et al. 2013, arXiv:1312.6034, section 3.1.
        case gradient
        /// Input × ∂objective/∂input, summed over the channels: what the input adds, with its sign.
        ///
        /// The input is the normalized one, so it is measured from the mean color.
        /// Source: Shrikumar et al. 2016, arXiv:1605.01713.
        case inputTimesGradient
    }

    /// How a map is made.
    public struct Settings: Codable, Hashable, Sendable {
        /// What the map shows.
        public var attribution: Attribution
        /// The noise that the gradient is averaged over; none when nil.
        public var smoothing: Smoothing?
        /// Which share of the pixels, the furthest from 0, may be beyond the colors' range.
        ///
        /// Without it a few extreme pixels leave the rest dark. Smilkov et al. clip at the 99th percentile.
        public var clipping: Float
        /// The deviation in pixels of the Gaussian that the map is blurred with; 0 leaves every pixel as it is.
        ///
        /// What a transformer's patch embedding looks like stands in every patch of a gradient. Half a patch leaves
        /// which patches matter.
        public var blur: Float

        /// A map made like this.
        public init(
            _ attribution: Attribution = .gradient, smoothing: Smoothing? = nil, clipping: Float = 0.01,
            blur: Float = 0
        ) {
            self.attribution = attribution
            self.smoothing = smoothing
            self.clipping = clipping
            self.blur = blur
        }

        /// Throws when the numbers make no sense.
        ///
        /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
        public func validate() throws(EngineError) {
            try smoothing?.validate()
            guard (0..<1).contains(clipping) else {
                throw .invalidValue(
                    what: "The share of pixels beyond the colors", found: "\(clipping)",
                    expected: "0 to less than 1, such as 0.01")
            }
            guard blur.isFinite, (0...1000).contains(blur) else {
                throw .invalidValue(
                    what: "The blur of the map", found: "\(blur)", expected: "0 to 1000 pixels, such as 8")
            }
        }
    }

    /// The objective in words.
    public let label: String
    /// Its value on the photograph itself.
    public let value: Float
    /// ∂objective/∂input, `[3, height, width]` of the normalized input, at the photograph itself.
    public let gradientAtPhotograph: Tensor
    /// The gradient that the map is made of: with smoothing the mean over the copies, otherwise the same.
    public let gradient: Tensor
    /// How the map was made.
    public let settings: Settings
    /// `[height, width]`, a number for each pixel.
    public let map: HeatMap

    /// What the model sees, and the map.
    public var sheet: ContactSheet { HeatMaps(label, maps: [map], of: map.photograph).sheet }
}

extension Saliency.Attribution {
    /// `[height, width]` of an input and its gradient, `[3, height, width]` both.
    package func values(input: Tensor, gradient: Tensor) -> Tensor {
        let plane = gradient.shape[1] * gradient.shape[2]
        let values = (0..<plane).map { pixel in
            let places = [pixel, plane + pixel, 2 * plane + pixel]
            return switch self {
            case .gradient: places.map { abs(gradient.values[$0]) }.max() ?? 0
            case .inputTimesGradient: places.reduce(0) { $0 + input.values[$1] * gradient.values[$1] }
            }
        }
        return Tensor(values, shape: [gradient.shape[1], gradient.shape[2]])
    }

    /// What the numbers are, in words.
    var words: String {
        switch self {
        case .gradient: "|gradient|"
        case .inputTimesGradient: "input × gradient"
        }
    }
}
