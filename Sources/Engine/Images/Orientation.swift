/// How a picture is to be rotated or mirrored before it is shown, numbered as in EXIF.
package enum Orientation: Int, CaseIterable, Sendable {
    /// Unchanged.
    case upright = 1
    /// Left and right swapped.
    case mirrored
    /// Rotated by 180°.
    case rotated180
    /// Top and bottom swapped.
    case flipped
    /// Rows and columns swapped.
    case transposed
    /// To be rotated by 90° clockwise: the camera was held upright.
    case rotatedRight
    /// Transposed across the other diagonal.
    case transversed
    /// To be rotated by 90° counterclockwise.
    case rotatedLeft
}

extension Image {
    /// Returns the picture rotated and mirrored as `orientation` says.
    package func oriented(_ orientation: Orientation) -> Image {
        guard orientation != .upright else { return self }
        let (right, bottom) = (width - 1, height - 1)
        return switch orientation {
        case .upright: self
        case .mirrored: remapped(width: width, height: height) { (right - $0, $1) }
        case .rotated180: remapped(width: width, height: height) { (right - $0, bottom - $1) }
        case .flipped: remapped(width: width, height: height) { ($0, bottom - $1) }
        case .transposed: remapped(width: height, height: width) { ($1, $0) }
        case .rotatedRight: remapped(width: height, height: width) { ($1, bottom - $0) }
        case .transversed: remapped(width: height, height: width) { (right - $1, bottom - $0) }
        case .rotatedLeft: remapped(width: height, height: width) { (right - $1, $0) }
        }
    }

    /// Returns a picture whose pixel at (column, row) is this one's at `source(column, row)`.
    private func remapped(width newWidth: Int, height newHeight: Int, source: (Int, Int) -> (Int, Int))
        -> Image
    {
        let pixels = [UInt8](unsafeUninitializedCapacity: newWidth * newHeight * 3) { output, count in
            self.pixels.withUnsafeBufferPointer { input in
                var target = 0
                for row in 0..<newHeight {
                    for column in 0..<newWidth {
                        let (x, y) = source(column, row)
                        let origin = (y * width + x) * 3
                        for channel in 0..<3 { output[target + channel] = input[origin + channel] }
                        target += 3
                    }
                }
            }
            count = newWidth * newHeight * 3
        }
        return Image(width: newWidth, height: newHeight, pixels: pixels)
    }
}
