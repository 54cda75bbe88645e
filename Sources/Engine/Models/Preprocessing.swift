import Compute
import Images

/// The preprocessing that makes a photograph a model's input.
///
/// Resize, crop the center, scale to 0…1, subtract the mean and divide by the standard deviation of each channel. The
/// numbers belong to the weights, not to the family.
public struct Preprocessing: Codable, Hashable, Sendable {
    /// How a picture is resized before the crop.
    public enum Fitting: String, Codable, CaseIterable, Sendable {
        /// To cover ``Preprocessing/resize``: with a square, the shorter side becomes the square's side.
        case cover
        /// To fit into ``Preprocessing/resize``, with a border around it.
        case contain
        /// To ``Preprocessing/resize`` exactly, regardless of the aspect ratio.
        case stretch
        /// Not at all.
        case none
    }

    /// The means of red, green and blue in 0…1, which are subtracted.
    public let mean: [Float]
    /// The standard deviations of red, green and blue, by which the differences are divided.
    public let std: [Float]
    /// The size of the model's input in pixels.
    public let size: PixelSize
    /// The size that the picture is resized to before the crop, in pixels.
    public let resize: PixelSize
    /// The interpolation of the resizing.
    public let interpolation: Interpolation
    /// How the picture is resized to ``resize``.
    public let fitting: Fitting
    /// The red, green and blue of the border around a picture that is smaller than the crop.
    public let border: SIMD3<UInt8>
    /// Whether a crop with an odd margin is half a pixel closer to the upper left corner, as in Hugging Face's code,
    /// rather than rounded as in torchvision.
    public let cropsTowardsCorner: Bool

    /// The means of ImageNet's pixels, with which most models are trained.
    public static let imageNetMean: [Float] = [0.485, 0.456, 0.406]
    /// The possible sides of a model's input, in pixels.
    package static let sides = 1...16384
    /// The possible sides of a picture after resizing: eight times as large, which is more than any model asks for.
    private static let resizedSides = 1...8 * 16384
    /// The standard deviations of ImageNet's pixels.
    public static let imageNetDeviation: [Float] = [0.229, 0.224, 0.225]

    /// Creates preprocessing with these numbers.
    ///
    /// - Parameter resize: nil for `size`: the picture is only cropped along its longer side.
    /// - Precondition: three means, three deviations above zero, sizes above zero.
    public init(
        mean: [Float] = imageNetMean, std: [Float] = imageNetDeviation, size: PixelSize, resize: PixelSize? = nil,
        interpolation: Interpolation = .bicubic, fitting: Fitting = .cover, border: SIMD3<UInt8> = .zero,
        cropsTowardsCorner: Bool = false
    ) {
        let problem = Self.problem(mean: mean, std: std, size: size, resize: resize ?? size)
        precondition(problem == nil, problem ?? "")
        self.mean = mean
        self.std = std
        self.size = size
        self.resize = resize ?? size
        self.interpolation = interpolation
        self.fitting = fitting
        self.border = border
        self.cropsTowardsCorner = cropsTowardsCorner
    }

    /// Decodes preprocessing, and refuses numbers that are out of range.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let mean = try values.decode([Float].self, forKey: .mean)
        let std = try values.decode([Float].self, forKey: .std)
        let size = try values.decode(PixelSize.self, forKey: .size)
        let resize = try values.decode(PixelSize.self, forKey: .resize)
        if let problem = Self.problem(mean: mean, std: std, size: size, resize: resize) {
            throw DecodingError.dataCorruptedError(forKey: .mean, in: values, debugDescription: problem)
        }
        let interpolation = try values.decode(Interpolation.self, forKey: .interpolation)
        let fitting = try values.decodeIfPresent(Fitting.self, forKey: .fitting) ?? .cover
        let border = try values.decodeIfPresent(SIMD3<UInt8>.self, forKey: .border) ?? .zero
        let towardsCorner = try values.decodeIfPresent(Bool.self, forKey: .cropsTowardsCorner) ?? false
        self.init(
            mean: mean, std: std, size: size, resize: resize, interpolation: interpolation, fitting: fitting,
            border: border, cropsTowardsCorner: towardsCorner)
    }

    /// Returns what is wrong with some numbers, in words; nil if they are valid.
    package static func problem(mean: [Float], std: [Float], size: PixelSize, resize: PixelSize) -> String? {
        guard mean.count == 3, std.count == 3 else {
            return "preprocessing takes three means and three deviations, not \(mean.count) and \(std.count)"
        }
        guard mean.allSatisfy(\.isFinite), std.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            return "preprocessing takes finite means and deviations above zero, not \(mean) and \(std)"
        }
        guard sides.contains(size.width), sides.contains(size.height), resizedSides.contains(resize.width),
            resizedSides.contains(resize.height)
        else {
            return "preprocessing takes sizes from 1 to \(sides.upperBound), of pictures resized to at most "
                + "\(resizedSides.upperBound), not \(size.words) and \(resize.words)"
        }
        return nil
    }
}

extension Preprocessing {
    /// Returns a picture as the model's input, `[3, height, width]`, normalized.
    ///
    /// - Source: torchvision `Resize(resize, interpolation, antialias)`, `CenterCrop(size)`, `ToTensor()`,
    ///   `Normalize(mean, std)` on a PIL image; equal to within float rounding.
    public func tensor(of image: Image) -> Tensor { tensor(ofSeen: seen(of: image)) }

    /// Returns the result of ``seen(of:)`` as the model's input, normalized.
    package func tensor(ofSeen image: Image) -> Tensor {
        var tensor = image.planes
        tensor.values.withUnsafeMutableBufferPointer { buffer in
            guard let planes = buffer.baseAddress else { return }
            normalize(planes, into: planes, pictures: 1, plane: image.width * image.height)
        }
        return tensor
    }

    /// Returns the part of a picture that the model sees, of ``size``, before it is normalized.
    public func seen(of image: Image) -> Image {
        let (width, height) = resizedSides(width: image.width, height: image.height)
        let rounding: FloatingPointRoundingRule = cropsTowardsCorner ? .down : .toNearestOrEven
        let (columns, left) = center(of: width, in: size.width, rounding: rounding)
        let (rows, top) = center(of: height, in: size.height, rounding: rounding)
        // Only what the crop keeps is computed: resizing a whole panorama could fill the memory.
        return image.resized(width: width, height: height, by: interpolation, columns: columns, rows: rows)
            .padded(width: size.width, height: size.height, left: left, top: top, color: border)
    }

    /// Returns the sides that a picture is resized to.
    ///
    /// - Source: torchvision `Resize`, which truncates the longer side to a whole number; timm `ResizeKeepRatio`, which
    ///   rounds.
    private func resizedSides(width: Int, height: Int) -> (width: Int, height: Int) {
        switch fitting {
        case .none: return (width, height)
        case .stretch: return (resize.width, resize.height)
        case .cover where resize.isSquare:
            let (short, long) = (min(width, height), max(width, height))
            guard short != resize.width else { return (width, height) }
            let longer = Int(Double(resize.width * long) / Double(short))
            return width <= height ? (resize.width, longer) : (longer, resize.height)
        case .cover, .contain:
            let (across, down) = (Double(width) / Double(resize.width), Double(height) / Double(resize.height))
            let ratio = fitting == .cover ? min(across, down) : max(across, down)
            func rounded(_ side: Int) -> Int { max(Int((Double(side) / ratio).rounded(.toNearestOrEven)), 1) }
            return (rounded(width), rounded(height))
        }
    }
}

extension Preprocessing {
    /// Normalizes pictures in 0…1: y = (x − mean) / std for each channel.
    ///
    /// - Parameters:
    ///   - planes: `[pictures, 3, plane]`; may be the same memory as `output`.
    ///   - plane: height × width.
    public func normalize(
        _ planes: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, pictures: Int, plane: Int
    ) {
        for channel in 0..<pictures * 3 {
            let (mean, std) = (mean[channel % 3], std[channel % 3])
            for index in channel * plane..<(channel + 1) * plane {
                output[index] = (planes[index] - mean) / std
            }
        }
    }

    /// Computes the gradient of ``normalize(_:into:pictures:plane:)``: dx = dy / std for each channel.
    ///
    /// - Parameters:
    ///   - gradient: the gradient by the normalized pictures, `[pictures, 3, plane]`; may be the same memory as
    ///     `output`.
    ///   - plane: height × width.
    public func normalizeInputGradient(
        _ gradient: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, pictures: Int, plane: Int
    ) {
        for channel in 0..<pictures * 3 {
            let reciprocal = 1 / std[channel % 3]
            for index in channel * plane..<(channel + 1) * plane {
                output[index] = gradient[index] * reciprocal
            }
        }
    }
}
