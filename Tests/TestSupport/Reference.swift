import Checkpoints
import Foundation
import Images

/// Where the tests find what they compare with.
package enum Reference {
    /// The repository's root, found from this file's place in it.
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A real ImageNet model beside the repository; absent on most machines.
    package static let deit = root.deletingLastPathComponent()
        .appendingPathComponent("shared/models/deit_tiny_patch16_224.safetensors").path

    package static var hasDeiT: Bool { FileManager.default.fileExists(atPath: deit) }

    /// A photograph beside the repository; absent where the model is.
    package static func photograph(_ name: String) -> String {
        root.deletingLastPathComponent().appendingPathComponent("shared/photos/\(name)").path
    }

    /// A dozen photographs beside the repository.
    package static var samples: String {
        root.deletingLastPathComponent().appendingPathComponent("shared/samples").path
    }

    /// Writes a picture for a person to look at, where the environment names a folder for that.
    package static func show(_ image: Image, _ name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["VITRINE_LOOK"] else { return }
        try image.write(to: "\(folder)/\(name).png")
    }

    /// The path of a committed fixture.
    package static func path(_ name: String) -> String {
        root.appendingPathComponent("Tests/Fixtures/\(name).safetensors").path
    }

    package static func open(_ name: String) throws -> Safetensors {
        try Safetensors(path: path(name))
    }

    /// Numbers in −2…2 that look random: the same hash of the index as `pattern` in make_fixtures.py.
    package static func pattern(_ count: Int, seed: Int) -> [Float] {
        (0..<count).map { index in
            let start = UInt64(index) + UInt64(seed) * 7919
            var hash = (start * 2_654_435_761) & 0xFFFF_FFFF
            hash = ((hash ^ (hash >> 15)) * 2_246_822_519) & 0xFFFF_FFFF
            return Float(Double(hash >> 8) * 0x1p-24 * 4 - 2)
        }
    }

    /// ‖found − expected‖ / ‖expected‖.
    package static func distance(_ found: some Sequence<Float>, _ expected: some Sequence<Float>) -> Double {
        var difference = 0.0
        var size = 0.0
        for (a, b) in zip(found, expected) {
            difference += Double(a - b) * Double(a - b)
            size += Double(b) * Double(b)
        }
        return (difference / max(size, .leastNormalMagnitude)).squareRoot()
    }
}
