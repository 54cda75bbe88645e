import Compute
import Foundation
import Images
import Platform

/// How much each pixel of a picture matters to its objective, as transparency.
///
///     a = Σ over the steps of |∂objective/∂pixel|, the mean of red, green and blue
///     alpha = min(a, a₈₀) / a₈₀,  a₈₀: what four fifths of the pixels are below
///
/// Source: Fel et al. 2023, arXiv:2306.06805, section 3 (MACO's transparency); the percentile is that of `plot_maco` in
/// the authors' Horama.
public struct PictureMask: Hashable, Sendable {
    /// The number of pixels in a row.
    public let width: Int
    /// The number of rows.
    public let height: Int
    /// `[height, width]`: 0 for a pixel that does not matter, 255 for one that matters most.
    public let alpha: [UInt8]

    /// The share of the pixels that are not fully opaque.
    private static let percentile = 0.8

    init(width: Int, height: Int, alpha: [UInt8]) {
        precondition(alpha.count == width * height, "\(alpha.count) numbers for \(width) × \(height) pixels")
        (self.width, self.height, self.alpha) = (width, height, alpha)
    }

    /// Creates the mask of gradients that were added up.
    ///
    /// - Parameter sums: `[3, height, width]`: Σ |∂objective/∂pixel|.
    init(sums: [Float], size: PixelSize) {
        let plane = size.area
        // A render that ends because its gradient is no number has pictures, and so has a mask.
        let means = (0..<plane).map { pixel -> Float in
            let mean = (sums[pixel] + sums[plane + pixel] + sums[2 * plane + pixel]) / 3
            return mean.isFinite ? mean : 0
        }
        let limit = Self.percentile(of: means)
        let largest = min(means.max() ?? 0, limit)
        self.init(
            width: size.width, height: size.height,
            alpha: means.map { largest > 0 ? UInt8((255 * min($0, largest) / largest).rounded()) : 0 })
    }

    /// Returns the number that four fifths are below, interpolated as NumPy's `percentile`.
    private static func percentile(of numbers: [Float]) -> Float {
        let sorted = numbers.sorted()
        guard let last = sorted.indices.last else { return 0 }
        let place = percentile * Double(last)
        let below = Int(place)
        let (low, high) = (sorted[below], sorted[min(below + 1, last)])
        return low + (high - low) * Float(place - Double(below))
    }

    /// Returns the mask of the same picture at another size.
    func resized(width: Int, height: Int) -> PictureMask {
        guard (width, height) != (self.width, self.height) else { return self }
        let gray = Image(width: self.width, height: self.height, pixels: alpha.flatMap { [$0, $0, $0] })
            .resized(width: width, height: height, by: .bilinear)
        return PictureMask(width: width, height: height, alpha: (0..<width * height).map { gray.pixels[3 * $0] })
    }

    /// `[height, width]` in 0…1.
    public var values: Tensor { Tensor(alpha.map { Float($0) / 255 }, shape: [height, width]) }
}

extension PictureMask {
    /// The keyword of a mask in a kept picture's file.
    static let keyword = "vitrine-mask"

    /// The mask as text: a gray PNG in base64.
    var text: String? {
        let gray = Image(width: width, height: height, pixels: alpha.flatMap { [$0, $0, $0] })
        return (try? PNG.encode(gray)).map { Data($0).base64EncodedString() }
    }

    /// Reads what ``text`` writes; nil for anything else.
    init?(text: String) {
        guard let data = Data(base64Encoded: text), let gray = try? PNG.decode([UInt8](data)) else { return nil }
        self.init(
            width: gray.width, height: gray.height,
            alpha: (0..<gray.width * gray.height).map { gray.pixels[3 * $0] })
    }
}

/// The absolute gradients of a stage's pictures, added up over its steps.
///
/// It is written by the threads of a step, each for its own picture.
final class GradientSums {
    private let size: PixelSize
    private let sums: FloatBuffer

    /// Allocates the sums of `pictures` pictures.
    init(pictures: Int, size: PixelSize) {
        self.size = size
        sums = FloatBuffer(count: pictures * 3 * size.area)
    }

    /// Adds the gradient of a picture, `[3, height, width]`.
    func add(_ gradient: UnsafePointer<Float>, picture: Int, _ team: ThreadTeam) {
        let own = sums.pointer + picture * 3 * size.area
        team.forEach(ofElements: 3 * size.area) { part in
            for index in part { own[index] += abs(gradient[index]) }
        }
    }

    /// Returns the sums of every picture at another size, `[3, height, width]` each.
    func resampled(to other: PixelSize) -> [[Float]] {
        let fit = Fit(from: size, to: other)
        let count = 3 * size.area
        return (0..<sums.count / max(count, 1)).map { picture in
            [Float](unsafeUninitializedCapacity: 3 * other.area) { buffer, written in
                guard let target = buffer.baseAddress else { return }
                fit.forward(input: sums.pointer + picture * count, output: target)
                written = 3 * other.area
            }
        }
    }
}
