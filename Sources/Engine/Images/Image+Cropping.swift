extension Image {
    /// Returns the part of the picture in `columns` and `rows`.
    ///
    /// - Precondition: both lie inside the picture.
    public func cropped(columns: Range<Int>, rows: Range<Int>) -> Image {
        precondition(columns.lowerBound >= 0 && columns.upperBound <= width, "columns outside the picture")
        precondition(rows.lowerBound >= 0 && rows.upperBound <= height, "rows outside the picture")
        guard columns.count < width || rows.count < height else { return self }
        var part: [UInt8] = []
        part.reserveCapacity(columns.count * rows.count * 3)
        for row in rows {
            let start = (row * width + columns.lowerBound) * 3
            part += pixels[start..<start + columns.count * 3]
        }
        return Image(width: columns.count, height: rows.count, pixels: part)
    }

    /// Returns the middle of the picture, `width` × `height`; a smaller picture is padded with black.
    ///
    /// - Source: torchvision `CenterCrop`, whose offsets round half to even.
    public func centerCropped(width newWidth: Int, height newHeight: Int) -> Image {
        let (columns, left) = center(of: width, in: newWidth)
        let (rows, top) = center(of: height, in: newHeight)
        return cropped(columns: columns, rows: rows).padded(
            width: newWidth, height: newHeight, left: left, top: top)
    }

    /// Returns the picture padded to a larger one with a plain `color`, its corner at `left`, `top`.
    ///
    /// - Precondition: it fits.
    package func padded(
        width newWidth: Int, height newHeight: Int, left: Int, top: Int, color: SIMD3<UInt8> = .zero
    ) -> Image {
        guard newWidth != width || newHeight != height else { return self }
        var large = Image(width: newWidth, height: newHeight, color: color)
        large.put(self, left: left, top: top)
        return large
    }

    /// Creates a picture of one color.
    package init(width: Int, height: Int, color: SIMD3<UInt8>) {
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, count in
            for index in 0..<width * height * 3 { buffer[index] = color[index % 3] }
            count = width * height * 3
        }
        self.init(width: width, height: height, pixels: pixels)
    }

    /// Copies `image` into this one, its top left corner at `left`, `top`.
    ///
    /// - Precondition: it lies inside.
    package mutating func put(_ image: Image, left: Int, top: Int) {
        precondition(left >= 0 && top >= 0, "outside the picture")
        precondition(left + image.width <= width && top + image.height <= height, "outside the picture")
        let count = image.width * 3
        for row in 0..<image.height {
            let start = ((top + row) * width + left) * 3
            pixels.replaceSubrange(start..<start + count, with: image.pixels[row * count..<(row + 1) * count])
        }
    }
}

/// Returns, for one axis, which of `count` pixels a center crop of `newCount` keeps, and how many black ones come
/// before.
///
/// - Parameter rounding: the rounding of half a pixel; torchvision rounds to the even number, Hugging Face down.
package func center(
    of count: Int, in newCount: Int, rounding: FloatingPointRoundingRule = .toNearestOrEven
) -> (kept: Range<Int>, before: Int) {
    guard count > newCount else { return (0..<count, (newCount - count) / 2) }
    let start = Int((Double(count - newCount) / 2).rounded(rounding))
    return (start..<start + newCount, 0)
}
