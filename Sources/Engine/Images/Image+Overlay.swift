import Compute

extension Image {
    /// Returns the picture in gray with a grid of numbers laid over it as colors.
    ///
    /// The picture's luminance there shades each number's color, so that both can be seen.
    ///
    /// - Parameters:
    ///   - values: `[rows, columns]`, stretched over the whole picture; NaN leaves the picture gray.
    ///   - scale: the colors of the numbers.
    /// - Precondition: there is at least one number.
    public func overlaid(with values: Tensor, scale: ColorScale) -> Image {
        precondition(values.shape.rank == 2 && values.shape.count > 0, "a map is rows × columns, not \(values.shape)")
        let (rows, columns) = (values.shape[0], values.shape[1])
        let grays = grayLevels
        let mean = grays.reduce(0, +) / Float(max(grays.count, 1))
        var result = self
        for y in 0..<height {
            for x in 0..<width {
                let gray = grays[y * width + x]
                let value = values.values[y * rows / height * columns + x * columns / width]
                guard !value.isNaN else {
                    result[x, y] = SIMD3(repeating: UInt8(gray.rounded()))
                    continue
                }
                // Around the picture's own mean, so that a dark photograph does not darken its map.
                let shade = 1 + contrast * (gray - mean) / 255
                let color = SIMD3<Float>(scale.color(of: value)) * shade
                result[x, y] = SIMD3<UInt8>(
                    color.clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255)).rounded(.toNearestOrEven))
            }
        }
        return result
    }

    /// Returns the picture with a frame around a part of it that stands out on any background.
    ///
    /// - Precondition: the part lies inside the picture.
    package func framed(columns: Range<Int>, rows: Range<Int>) -> Image {
        let pen = max(min(width, height) / 100, 1)
        var result = self
        func draw(_ growth: Int, _ color: SIMD3<UInt8>) {
            let wide = columns.lowerBound - growth..<columns.upperBound + growth
            let high = rows.lowerBound - growth..<rows.upperBound + growth
            for y in high.clamped(to: 0..<height) {
                for x in wide.clamped(to: 0..<width) where !columns.contains(x) || !rows.contains(y) {
                    result[x, y] = color
                }
            }
        }
        draw(2 * pen, [20, 20, 24])
        draw(pen, [255, 214, 10])
        return result
    }

    /// Rec. 601 luma, 0…255, row by row.
    private var grayLevels: [Float] {
        (0..<width * height).map { index in
            0.299 * Float(pixels[index * 3]) + 0.587 * Float(pixels[index * 3 + 1])
                + 0.114 * Float(pixels[index * 3 + 2])
        }
    }
}

/// How strongly the picture shades a map over it.
private let contrast: Float = 0.9
