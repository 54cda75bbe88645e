/// What a model was trained to see: how a photograph becomes its input.
///
/// Resize the shorter side, crop the middle, scale to 0…1, subtract the mean and divide by the deviation of each
/// channel. The numbers belong to the weights, never to the family.
public struct Preprocessing: Codable, Hashable, Sendable {
    /// The mean of red, green and blue in 0…1 that is subtracted.
    public let mean: [Float]
    /// The deviation of red, green and blue by which the difference is divided.
    public let std: [Float]
    /// Side of the square that the model sees, pixels.
    public let size: Int
    /// What the shorter side is resized to before the crop, pixels.
    public let resize: Int
    /// How it is resized.
    public let interpolation: Interpolation
    /// Whether the whole picture is stretched to a square of `resize` pixels, whatever its shape.
    public let stretches: Bool
    /// Whether a crop whose margin is odd lies half a pixel towards the corner, as Hugging Face has it, and not
    /// where torchvision rounds to.
    public let cropsTowardsCorner: Bool

    /// The mean of ImageNet's pixels, and of most models' training.
    public static let imageNetMean: [Float] = [0.485, 0.456, 0.406]
    /// Sides of squares that a model may see, pixels.
    package static let sides = 1...16384
    /// Sides to which a picture may be resized before they are cut from it: eight times as large, which is more than
    /// any model asks for.
    package static let resizedSides = 1...8 * 16384
    /// The deviation of ImageNet's pixels.
    public static let imageNetDeviation: [Float] = [0.229, 0.224, 0.225]

    /// Preprocessing with these numbers.
    ///
    /// - Parameter resize: `size` when `nil`: the picture is only cropped along its longer side.
    /// - Precondition: three means, three deviations above zero, sizes above zero.
    public init(
        mean: [Float] = imageNetMean, std: [Float] = imageNetDeviation, size: Int, resize: Int? = nil,
        interpolation: Interpolation = .bicubic, stretches: Bool = false, cropsTowardsCorner: Bool = false
    ) {
        let problem = Self.problem(mean: mean, std: std, size: size, resize: resize ?? size)
        precondition(problem == nil, problem ?? "")
        self.mean = mean
        self.std = std
        self.size = size
        self.resize = resize ?? size
        self.interpolation = interpolation
        self.stretches = stretches
        self.cropsTowardsCorner = cropsTowardsCorner
    }

    /// Reads what was encoded, and refuses numbers that make no sense.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let mean = try values.decode([Float].self, forKey: .mean)
        let std = try values.decode([Float].self, forKey: .std)
        let size = try values.decode(Int.self, forKey: .size)
        let resize = try values.decode(Int.self, forKey: .resize)
        if let problem = Self.problem(mean: mean, std: std, size: size, resize: resize) {
            throw DecodingError.dataCorruptedError(forKey: .mean, in: values, debugDescription: problem)
        }
        let interpolation = try values.decode(Interpolation.self, forKey: .interpolation)
        let stretches = try values.decodeIfPresent(Bool.self, forKey: .stretches) ?? false
        let towardsCorner = try values.decodeIfPresent(Bool.self, forKey: .cropsTowardsCorner) ?? false
        self.init(
            mean: mean, std: std, size: size, resize: resize, interpolation: interpolation,
            stretches: stretches, cropsTowardsCorner: towardsCorner)
    }

    /// What is wrong with the numbers, if anything; for those who read them from a file.
    package static func problem(mean: [Float], std: [Float], size: Int, resize: Int) -> String? {
        guard mean.count == 3, std.count == 3 else {
            return "preprocessing takes three means and three deviations, not \(mean.count) and \(std.count)"
        }
        guard mean.allSatisfy(\.isFinite), std.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            return "preprocessing takes finite means and deviations above zero, not \(mean) and \(std)"
        }
        guard sides.contains(size), resizedSides.contains(resize) else {
            return "preprocessing takes sizes from 1 to \(sides.upperBound), of pictures resized to at most "
                + "\(resizedSides.upperBound), not \(size) and \(resize)"
        }
        return nil
    }
}

extension Preprocessing {
    /// A picture as the model's input, `[3, size, size]`, normalised.
    ///
    /// - Source: torchvision `Resize(resize, interpolation, antialias)`, `CenterCrop(size)`, `ToTensor()`,
    ///   `Normalize(mean, std)` on a PIL image; equal to within float rounding.
    public func tensor(of image: Image) -> Tensor { tensor(ofSeen: seen(of: image)) }

    /// What ``seen(of:)`` gave as the model's input.
    func tensor(ofSeen image: Image) -> Tensor {
        var tensor = image.planes
        tensor.values.withUnsafeMutableBufferPointer { buffer in
            guard let planes = buffer.baseAddress else { return }
            normalise(planes, into: planes, pictures: 1, plane: size * size)
        }
        return tensor
    }

    /// The part of a picture that the model sees, `size` × `size`, before it is normalised.
    public func seen(of image: Image) -> Image {
        let (width, height) = resizedSides(width: image.width, height: image.height)
        let rounding: FloatingPointRoundingRule = cropsTowardsCorner ? .down : .toNearestOrEven
        let (columns, left) = centre(of: width, in: size, rounding: rounding)
        let (rows, top) = centre(of: height, in: size, rounding: rounding)
        // Only what the crop keeps is computed: a panorama resized whole could fill the memory.
        return image.resized(width: width, height: height, by: interpolation, columns: columns, rows: rows)
            .padded(width: size, height: size, left: left, top: top)
    }

    /// torchvision's rule: the shorter side becomes `resize`, the longer follows and is cut to a whole number.
    private func resizedSides(width: Int, height: Int) -> (width: Int, height: Int) {
        if stretches { return (resize, resize) }
        let (short, long) = (min(width, height), max(width, height))
        guard short != resize else { return (width, height) }
        let longer = Int(Double(resize * long) / Double(short))
        return width <= height ? (resize, longer) : (longer, resize)
    }
}

extension Preprocessing {
    /// Normalises pictures in 0…1: y = (x − mean) / std for each channel.
    ///
    /// - Parameters:
    ///   - planes: `[pictures, 3, plane]`; may be the same memory as `output`.
    ///   - plane: height × width.
    public func normalise(
        _ planes: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, pictures: Int, plane: Int
    ) {
        for channel in 0..<pictures * 3 {
            let (mean, std) = (mean[channel % 3], std[channel % 3])
            for index in channel * plane..<(channel + 1) * plane {
                output[index] = (planes[index] - mean) / std
            }
        }
    }

    /// The gradient of ``normalise(_:into:pictures:plane:)``: dx = dy / std for each channel.
    ///
    /// - Parameters:
    ///   - gradient: by the normalised pictures, `[pictures, 3, plane]`; may be the same memory as `output`.
    ///   - plane: height × width.
    public func normaliseInputGradient(
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
