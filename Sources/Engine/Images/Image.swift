import Compute

/// A picture in memory: 8 bits a channel, red, green, blue.
public struct Image: Hashable, Sendable {
    /// Pixels in a row.
    public let width: Int
    /// Rows of pixels.
    public let height: Int
    /// `[height, width, 3]`, red first.
    public var pixels: [UInt8]

    /// A picture of `pixels` in `[height, width, 3]` order.
    ///
    /// - Precondition: there are `width * height * 3` of them.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(
            pixels.count == width * height * 3,
            "\(pixels.count) bytes cannot fill \(width) × \(height) pixels")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// A picture of `planes`, `[3, height, width]` in 0…1; values outside are clamped, NaN is black.
    public init(planes: some Collection<Float>, width: Int, height: Int) {
        let plane = width * height
        let values = Array(planes)
        precondition(values.count == 3 * plane, "\(values.count) values cannot fill 3 × \(height) × \(width)")
        var pixels = [UInt8](repeating: 0, count: 3 * plane)
        for channel in 0..<3 {
            for index in 0..<plane {
                let value = values[channel * plane + index]
                let clamped = value > 0 ? min(value, 1) : 0
                pixels[index * 3 + channel] = UInt8((clamped * 255).rounded())
            }
        }
        self.init(width: width, height: height, pixels: pixels)
    }

    /// The picture as `[3, height, width]` in 0…1.
    public var planes: Tensor {
        let plane = width * height
        var values = [Float](repeating: 0, count: 3 * plane)
        for channel in 0..<3 {
            for index in 0..<plane {
                values[channel * plane + index] = Float(pixels[index * 3 + channel]) / 255
            }
        }
        return Tensor(values, shape: [3, height, width])
    }
}
