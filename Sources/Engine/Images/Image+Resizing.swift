import Foundation
import Platform

/// The interpolation with which a picture is resized.
public enum Interpolation: String, Codable, CaseIterable, Hashable, Sendable {
    /// The nearest pixel, also when the picture shrinks.
    case nearest
    /// The mean of the pixels that fall into one.
    case box
    /// A triangle kernel over two pixels.
    case bilinear
    /// A sinc in a Hamming window over two pixels.
    case hamming
    /// Keys' cubic kernel with a = −0.5 over four pixels.
    case bicubic
    /// A sinc windowed by a sinc over six pixels.
    case lanczos

    /// The radius of the kernel, in source pixels.
    fileprivate var support: Double {
        switch self {
        case .nearest, .box: 0.5
        case .bilinear, .hamming: 1
        case .bicubic: 2
        case .lanczos: 3
        }
    }

    /// Returns the kernel's value at `distance` from its center.
    fileprivate func weight(_ distance: Double) -> Double {
        let x = distance.magnitude
        switch self {
        case .nearest, .box:
            return distance > -0.5 && distance <= 0.5 ? 1 : 0
        case .bilinear:
            return x < 1 ? 1 - x : 0
        case .hamming:
            guard x > 0, x < 1 else { return x == 0 ? 1 : 0 }
            return sinc(x) * (0.54 + 0.46 * cos(x * .pi))
        case .bicubic:
            let a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
        case .lanczos:
            return -3 <= distance && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0
        }
    }
}

extension Image {
    /// Returns the picture resized to `width` × `height`, byte for byte as Pillow does it.
    ///
    /// When the picture shrinks, the kernel is widened by the same factor (antialiasing). Rows and columns are
    /// resampled in two passes, each rounded to 8 bits: rows first, or columns first if these lose more than twice as
    /// many pixels. (Pillow before 13 always began with the rows, which differs by a level here and there.)
    ///
    /// - Parameters:
    ///   - columns: the columns of the result to compute; all when `nil`. Likewise `rows`. Pixels that are left out
    ///     cost nothing, so a crop of a huge result is cheap.
    /// - Precondition: both pictures have pixels, and the window lies inside the result.
    /// - Source: Pillow 13, `src/libImaging/Resample.c`.
    public func resized(
        width newWidth: Int, height newHeight: Int, by interpolation: Interpolation = .bicubic,
        columns: Range<Int>? = nil, rows: Range<Int>? = nil
    ) -> Image {
        precondition(width > 0 && height > 0 && newWidth > 0 && newHeight > 0, "a picture without pixels")
        let columns = columns ?? 0..<newWidth
        let rows = rows ?? 0..<newHeight
        precondition(
            (0...newWidth).contains(columns.upperBound) && columns.lowerBound >= 0, "columns outside")
        precondition((0...newHeight).contains(rows.upperBound) && rows.lowerBound >= 0, "rows outside")
        guard newWidth != width || newHeight != height else {
            return cropped(columns: columns, rows: rows)
        }
        guard !columns.isEmpty, !rows.isEmpty else {
            return Image(width: columns.count, height: rows.count, pixels: [])
        }
        if interpolation == .nearest {
            return nearest(
                across: places(from: width, to: newWidth, columns), down: places(from: height, to: newHeight, rows))
        }
        let horizontal = newWidth == width ? nil : Kernels(from: width, to: newWidth, columns, interpolation)
        let vertical = newHeight == height ? nil : Kernels(from: height, to: newHeight, rows, interpolation)
        // Only the source pixels that the second pass reads.
        let source = cropped(columns: horizontal?.reach ?? columns, rows: vertical?.reach ?? rows)
        let isColumnsFirst = newHeight < height && height - newHeight > 2 * (width - newWidth)
        return isColumnsFirst
            ? source.resampledAlongColumns(vertical).resampledAlongRows(horizontal)
            : source.resampledAlongRows(horizontal).resampledAlongColumns(vertical)
    }

    /// Returns the picture made of the pixels in these columns and rows.
    private func nearest(across: [Int], down: [Int]) -> Image {
        var result: [UInt8] = []
        result.reserveCapacity(across.count * down.count * 3)
        for row in down {
            for column in across {
                let start = (row * width + column) * 3
                result += pixels[start..<start + 3]
            }
        }
        return Image(width: across.count, height: down.count, pixels: result)
    }

    /// Resamples each row to `kernels.starts.count` pixels; without kernels, returns the picture unchanged.
    private func resampledAlongRows(_ kernels: Kernels?) -> Image {
        guard let kernels else { return self }
        let newWidth = kernels.starts.count
        let output = [UInt8](unsafeUninitializedCapacity: newWidth * height * 3) { output, count in
            pixels.withUnsafeBufferPointer { pixels in
                var target = 0
                for row in 0..<height {
                    for column in 0..<newWidth {
                        var sums = SIMD4<Int32>(repeating: half)
                        var source = (row * width + kernels.starts[column]) * 3
                        for tap in kernels.weights[column] {
                            sums &+=
                                SIMD4(
                                    Int32(pixels[source]), Int32(pixels[source + 1]),
                                    Int32(pixels[source + 2]), 0) &* tap
                            source += 3
                        }
                        for channel in 0..<3 { output[target + channel] = rounded(sums[channel]) }
                        target += 3
                    }
                }
            }
            count = newWidth * height * 3
        }
        return Image(width: newWidth, height: height, pixels: output)
    }

    /// Resamples each column to `kernels.starts.count` pixels; without kernels, returns the picture unchanged.
    private func resampledAlongColumns(_ kernels: Kernels?) -> Image {
        guard let kernels else { return self }
        let newHeight = kernels.starts.count
        let stride = width * 3
        var sums = [Int32](repeating: 0, count: stride)
        let output = [UInt8](unsafeUninitializedCapacity: stride * newHeight) { output, count in
            pixels.withUnsafeBufferPointer { pixels in
                for row in 0..<newHeight {
                    for index in 0..<stride { sums[index] = half }
                    var source = kernels.starts[row] * stride
                    for tap in kernels.weights[row] {
                        for index in 0..<stride { sums[index] &+= Int32(pixels[source + index]) &* tap }
                        source += stride
                    }
                    for index in 0..<stride { output[row * stride + index] = rounded(sums[index]) }
                }
            }
            count = stride * newHeight
        }
        return Image(width: width, height: newHeight, pixels: output)
    }
}

/// Returns which of `count` source pixels is nearest to each of the pixels in `window` of a result of `newCount`.
///
/// Positions are accumulated as in Pillow, for the same rounding: `src/libImaging/Geometry.c`, `ImagingScaleAffine`.
private func places(from count: Int, to newCount: Int, _ window: Range<Int>) -> [Int] {
    let scale = Double(count) / Double(newCount)
    var place = scale * 0.5
    var places: [Int] = []
    places.reserveCapacity(window.count)
    for index in 0..<window.upperBound {
        if index >= window.lowerBound { places.append(min(Int(place), count - 1)) }
        place += scale
    }
    return places
}

/// For each pixel of the result along one axis, the source pixels that contribute to it, and their weights.
private struct Kernels {
    /// The range of all source pixels that contribute.
    let reach: Range<Int>
    /// The first source pixel of each result pixel, counted from the start of `reach`.
    let starts: [Int]
    /// The weights of each result pixel in fixed point; they sum to 2²² up to rounding.
    let weights: [[Int32]]

    init(from count: Int, to newCount: Int, _ window: Range<Int>, _ interpolation: Interpolation) {
        let scale = Double(count) / Double(newCount)
        let widening = max(scale, 1)
        let support = interpolation.support * widening
        let seen = window.map { position in
            let center = (Double(position) + 0.5) * scale
            let pixels = max(Int(center - support + 0.5), 0)..<min(Int(center + support + 0.5), count)
            let kernel = pixels.map { interpolation.weight((Double($0) - center + 0.5) * (1 / widening)) }
            return (pixels, kernel, sum: kernel.reduce(0, +))
        }
        let first = seen.map(\.0.lowerBound).min() ?? 0
        reach = first..<(seen.map(\.0.upperBound).max() ?? first)
        starts = seen.map { $0.0.lowerBound - first }
        weights = seen.map { _, kernel, sum in
            kernel.map { weight in
                let normalized = sum == 0 ? weight : weight / sum
                return Int32(normalized * Double(1 << fractionBits) + (normalized < 0 ? -0.5 : 0.5))
            }
        }
    }
}

/// 8 bits for the pixel and 2 for sums that overshoot leave 22 for the fraction.
private let fractionBits: Int32 = 32 - 8 - 2
private let half: Int32 = 1 << (fractionBits - 1)

@inline(__always)
private func rounded(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(max(sum >> fractionBits, 0), 255))
}

private func sinc(_ x: Double) -> Double {
    x == 0 ? 1 : sin(x * .pi) / (x * .pi)
}
