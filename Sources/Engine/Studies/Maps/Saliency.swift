import Compute
import Images
import Platform

/// A map of where in a photograph an objective looks, from its gradient.
public struct Saliency: Sendable {
    /// The number that a map shows.
    public enum Attribution: String, Codable, CaseIterable, Hashable, Sendable {
        /// |∂objective/∂input|, the largest of the three channels: how much a small change of the pixel matters.
        ///
        /// Source: Simonyan et al. 2013, arXiv:1312.6034, section 3.1.
        case gradient
        /// Input × ∂objective/∂input, summed over the channels: how much the pixel contributes, with its sign.
        ///
        /// The input is the normalized one, so it is measured from the mean color.
        /// Source: Shrikumar et al. 2016, arXiv:1605.01713.
        case inputTimesGradient
    }

    /// The settings of a map.
    public struct Settings: Codable, Hashable, Sendable {
        /// The number that the map shows.
        public var attribution: Attribution
        /// The noise that the gradient is averaged over; nil for none.
        public var smoothing: Smoothing?
        /// The share of the pixels, those furthest from 0, that the colors clip.
        ///
        /// Without it a few extreme pixels leave the rest dark. Smilkov et al. clip at the 99th percentile.
        public var clipping: Float
        /// The standard deviation, in pixels, of the Gaussian that blurs the map; 0 for none.
        ///
        /// The pattern of a transformer's patch embedding shows in every patch of a gradient. A blur of half a patch
        /// leaves only which patches matter.
        public var blur: Float

        /// Creates settings.
        public init(
            _ attribution: Attribution = .gradient, smoothing: Smoothing? = nil, clipping: Float = 0.01,
            blur: Float = 0
        ) {
            self.attribution = attribution
            self.smoothing = smoothing
            self.clipping = clipping
            self.blur = blur
        }

        /// Checks that the numbers are in range.
        ///
        /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
        public func validate() throws(EngineError) {
            try smoothing?.validate()
            guard (0..<1).contains(clipping) else {
                throw .invalidValue(
                    what: "The share of clipped pixels", found: "\(clipping)",
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
    /// The objective's value on the photograph itself.
    public let value: Float
    /// ∂objective/∂input, `[3, height, width]` of the normalized input, at the photograph itself.
    public let gradientAtPhotograph: Tensor
    /// The gradient that the map shows: the mean over the noisy copies with smoothing, otherwise
    /// ``gradientAtPhotograph``.
    public let gradient: Tensor
    /// How the map was made.
    public let settings: Settings
    /// `[height, width]`, a number for each pixel.
    public let map: HeatMap

    /// The part of the photograph that the model sees, and the map.
    public var sheet: ContactSheet { HeatMaps(label, maps: [map], of: map.photograph).sheet }
}

extension Saliency.Attribution {
    /// Returns the map's numbers, `[height, width]`, from an input and its gradient, both `[3, height, width]`.
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

    /// The numbers in words.
    var words: String {
        switch self {
        case .gradient: "|gradient|"
        case .inputTimesGradient: "input × gradient"
        }
    }
}
