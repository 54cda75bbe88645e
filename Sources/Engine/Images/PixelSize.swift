/// A width and a height in pixels.
///
/// An integer stands for a square: `size: 224`. In JSON a square is its side, 224, and any other size its height and
/// width, [256, 128].
public struct PixelSize: Hashable, Sendable {
    /// The number of pixels in a row.
    public let width: Int
    /// The number of rows.
    public let height: Int

    /// Creates a size of `width` × `height` pixels.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Creates a square.
    public init(side: Int) { self.init(width: side, height: side) }

    /// The number of pixels.
    package var area: Int { width * height }

    /// Whether width and height are equal.
    public var isSquare: Bool { width == height }

    /// The shorter side, in pixels.
    package var shorterSide: Int { min(width, height) }

    /// The size in words: "224 × 224 px", or if it is not a square "256 × 128 px (height × width)".
    public var words: String {
        isSquare ? "\(width) × \(height) px" : "\(height) × \(width) px (height × width)"
    }

    /// The size in fewer words: "224 px", or if it is not a square "256 × 128 px", height first.
    public var shortWords: String { isSquare ? "\(width) px" : "\(height) × \(width) px" }

    /// The size as `load` takes it in a cell: "224" or "[256, 128]".
    public var cell: String { isSquare ? "\(width)" : "[\(height), \(width)]" }

    /// Returns a size of the same aspect ratio whose longer side is `side` and whose shorter side is at least one
    /// pixel.
    package func scaled(toLongerSide side: Int) -> PixelSize {
        let longer = max(width, height, 1)
        func scaled(_ length: Int) -> Int {
            length == longer ? side : max(Int((Double(side) * Double(length) / Double(longer)).rounded()), min(side, 1))
        }
        return PixelSize(width: scaled(width), height: scaled(height))
    }
}

extension PixelSize: ExpressibleByIntegerLiteral {
    /// Creates a square.
    public init(integerLiteral side: Int) { self.init(side: side) }
}

extension PixelSize: Codable {
    /// Reads a side, or a height and a width.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let side = try? value.decode(Int.self) {
            self.init(side: side)
            return
        }
        let sides = try value.decode([Int].self)
        guard sides.count == 2 else {
            throw DecodingError.dataCorruptedError(
                in: value, debugDescription: "a size is a side, or a height and a width, not \(sides.count) numbers")
        }
        self.init(width: sides[1], height: sides[0])
    }

    /// Writes the side of a square, and otherwise the height and the width.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        if isSquare { try value.encode(width) } else { try value.encode([height, width]) }
    }
}
