import Compute
import Foundation
import Images

/// Files under `Fixtures/images-*`, which `make_image_fixtures.py` wrote.
package enum ImageFixture {
    package static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures")

    package static func path(_ name: String) -> String {
        folder.appendingPathComponent("images-" + name).path
    }

    package static func bytes(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// A picture of raw pixels, whose name ends in its size: "png/rgb-13x9.rgb".
    package static func raw(_ name: String, width: Int, height: Int) throws -> Image {
        Image(width: width, height: height, pixels: try bytes("\(name)-\(width)x\(height).rgb"))
    }

    /// Little-endian floats.
    package static func floats(_ name: String) throws -> [Float] {
        let bytes = try bytes(name)
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
        }
    }
}

extension Image {
    /// A picture that differs everywhere, for round trips.
    package static func speckled(width: Int, height: Int, seed: UInt64 = 1) -> Image {
        var random = RandomSource(seed: seed)
        let pixels = (0..<width * height * 3).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        return Image(width: width, height: height, pixels: pixels)
    }

    /// The largest difference between two pictures of one size, in levels.
    package func largestDifference(from other: Image) -> Int {
        zip(pixels, other.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }
}
