import Foundation
import Images
import Platform

/// What configurations and names state about the windows of attention, as far as tensors do not determine it.
struct WindowSettings: Sendable, Hashable {
    /// The rows and columns of a window, for each stage or once for all; empty if unknown.
    var sizes: [Int] = []
    /// The number of windows along each side of the grid before its first merging, if that determines their size.
    var ratio: Int?
    /// The rows and columns of the windows that continuous positions were trained with, for each stage; empty if they are
    /// the model's own.
    var trainedSizes: [Int] = []

    /// Creates settings that state nothing.
    init() {}

    /// Creates the settings that timm and Microsoft write into an architecture's name: "swinv2_base_window12to24_192to384".
    ///
    /// Weights that were trained with 12 × 12 patches in a window, for pictures of 192 pixels, had 6 × 6 in the last stage.
    ///
    /// Source: timm `swin_transformer_v2.py`; <https://github.com/microsoft/Swin-Transformer> `configs/swinv2`.
    init(architecture name: String) {
        guard let match = name.firstMatch(of: /window(\d+)(?:to(\d+))?/), let first = Int(match.1) else { return }
        guard let last = match.2.flatMap({ Int($0) }) else {
            sizes = [first]
            return
        }
        sizes = [last]
        trainedSizes = [first, first, first, first / 2]
    }

    /// Returns these settings, with those of another for the ones that are not stated.
    func filled(by other: WindowSettings) -> WindowSettings {
        var result = self
        if sizes.isEmpty { result.sizes = other.sizes }
        if trainedSizes.isEmpty { result.trainedSizes = other.trainedSizes }
        result.ratio = ratio ?? other.ratio
        return result
    }

    /// Returns the rows and columns of a stage's windows; nil if no file states them.
    func size(ofStage stage: Int) -> Int? {
        sizes.count == 1 ? sizes[0] : sizes.indices.contains(stage) ? sizes[stage] : nil
    }

    /// Returns the rows and columns of the windows that a stage's positions were trained with, if they are not its own.
    func trainedSize(ofStage stage: Int) -> Int? {
        guard trainedSizes.indices.contains(stage), trainedSizes[stage] > 0 else { return nil }
        return trainedSizes[stage]
    }

    /// Returns the side in pixels of the pictures that an architecture's name states: 256 of "swinv2_tiny_window8_256".
    static func pictureSide(inName name: String) -> Int? {
        let sides = name.matches(of: /(?:_|to)(\d{3})(?=_|\.|$)/).compactMap { Int($0.1) }
        return sides.last { (96...1024).contains($0) }
    }
}

extension Configuration {
    /// Reads the windows in timm's arguments of a model.
    mutating func readWindows(_ arguments: ConfigurationFile) throws(EngineError) {
        windows.sizes = try Self.sizes(arguments, "window_size")
        windows.ratio = try arguments.integer("window_ratio")
        windows.trainedSizes = try Self.sizes(arguments, "pretrained_window_sizes")
        try arguments.requireUnset("always_partition")
    }

    /// Returns the sides of square windows: one, or one for each stage.
    static func sizes(_ file: ConfigurationFile, _ key: String) throws(EngineError) -> [Int] {
        file.ignore([key])
        guard let value = file.object[key] else { return [] }
        let unsupported = file.unsupported(key, supported: "the side of a square window, or one for each stage")
        if let size = file.object.integer(key) {
            guard size >= 0 else { throw unsupported }
            return size > 0 ? [size] : []
        }
        // timm takes two numbers as a height and a width, and a list of pairs as those of each stage.
        if let pairs = value as? [[NSNumber]] {
            guard pairs.allSatisfy({ $0.count == 2 && $0[0] == $0[1] }) else { throw unsupported }
            return pairs.map(\.[0].intValue)
        }
        guard let sizes = file.object.integers(key), sizes.allSatisfy({ $0 >= 0 }) else { throw unsupported }
        guard key == "window_size", sizes.count == 2 else { return sizes }
        guard sizes[0] == sizes[1] else { throw unsupported }
        return [sizes[0]]
    }
}
