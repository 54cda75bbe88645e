import Foundation
import VitrineEngine

/// Files under `Fixtures/images-*`, which `make_image_fixtures.py` wrote.
enum ImageFixture {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures")

    static func path(_ name: String) -> String {
        folder.appendingPathComponent("images-" + name).path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// A picture of raw pixels, whose name ends in its size: "png/rgb-13x9.rgb".
    static func raw(_ name: String, width: Int, height: Int) throws -> Image {
        Image(width: width, height: height, pixels: try bytes("\(name)-\(width)x\(height).rgb"))
    }

    /// Little-endian floats.
    static func floats(_ name: String) throws -> [Float] {
        let bytes = try bytes(name)
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
        }
    }
}

/// A folder of its own for one test, removed at the end.
final class TemporaryFolder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("vitrine-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func path(_ name: String) -> String {
        url.appendingPathComponent(name).path
    }

    func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        let place = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: place)
        return path(name)
    }
}

extension Image {
    /// A picture that differs everywhere, for round trips.
    static func speckled(width: Int, height: Int, seed: UInt64 = 1) -> Image {
        var random = RandomSource(seed: seed)
        let pixels = (0..<width * height * 3).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        return Image(width: width, height: height, pixels: pixels)
    }

    /// The largest difference between two pictures of one size, in levels.
    func largestDifference(from other: Image) -> Int {
        zip(pixels, other.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }
}
