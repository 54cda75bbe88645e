import Compute
import Platform

/// A picture in memory: red, green and blue, 8 bits per channel.
public struct Image: Hashable, Sendable {
    /// The number of pixels in a row.
    public let width: Int
    /// The number of rows.
    public let height: Int
    /// The pixels, `[height, width, 3]`, red first.
    public var pixels: [UInt8]

    /// Creates a picture of `pixels` in `[height, width, 3]` order.
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

    /// Creates a picture from `planes`, `[3, height, width]` in 0…1; values outside are clamped, NaN is black.
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

    /// The color of a pixel.
    ///
    /// - Precondition: it lies inside the picture.
    package subscript(x: Int, y: Int) -> SIMD3<UInt8> {
        get {
            let start = (y * width + x) * 3
            return [pixels[start], pixels[start + 1], pixels[start + 2]]
        }
        set {
            let start = (y * width + x) * 3
            for channel in 0..<3 { pixels[start + channel] = newValue[channel] }
        }
    }

    /// The SHA-256 of the picture's pixels in hexadecimal, independent of the file format.
    ///
    /// This is the hash of the picture as a binary PPM file: "P6", width, height and 255 in decimal, each followed by a
    /// line break or a space as in `"P6\n640 480\n255\n"`, then ``pixels``.
    public var sha256: String {
        let header = Array("P6\n\(width) \(height)\n255\n".utf8)
        return header.withUnsafeBytes { header in
            pixels.withUnsafeBytes { ContentHash.sha256(of: [header, $0]) }
        }
    }
}
