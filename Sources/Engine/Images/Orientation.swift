/// How a picture is to be turned before it is shown, numbered as in EXIF.
package enum Orientation: Int, CaseIterable, Sendable {
    /// As it is.
    case upright = 1
    /// Left and right swapped.
    case mirrored
    /// Turned by 180°.
    case upsideDown
    /// Top and bottom swapped.
    case flipped
    /// Rows and columns swapped.
    case transposed
    /// To be turned by 90° clockwise: a camera held upright.
    case turnedRight
    /// Rows and columns swapped across the other diagonal.
    case transversed
    /// To be turned by 90° anticlockwise.
    case turnedLeft
}

extension Image {
    /// The picture turned as `orientation` asks.
    package func turned(_ orientation: Orientation) -> Image {
        guard orientation != .upright else { return self }
        let (right, bottom) = (width - 1, height - 1)
        return switch orientation {
        case .upright: self
        case .mirrored: gathered(width: width, height: height) { (right - $0, $1) }
        case .upsideDown: gathered(width: width, height: height) { (right - $0, bottom - $1) }
        case .flipped: gathered(width: width, height: height) { ($0, bottom - $1) }
        case .transposed: gathered(width: height, height: width) { ($1, $0) }
        case .turnedRight: gathered(width: height, height: width) { ($1, bottom - $0) }
        case .transversed: gathered(width: height, height: width) { (right - $1, bottom - $0) }
        case .turnedLeft: gathered(width: height, height: width) { (right - $1, $0) }
        }
    }

    /// A picture whose pixel at (column, row) is this one's at `source(column, row)`.
    private func gathered(width newWidth: Int, height newHeight: Int, source: (Int, Int) -> (Int, Int))
        -> Image
    {
        let turned = [UInt8](unsafeUninitializedCapacity: newWidth * newHeight * 3) { output, count in
            pixels.withUnsafeBufferPointer { input in
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
        return Image(width: newWidth, height: newHeight, pixels: turned)
    }
}
