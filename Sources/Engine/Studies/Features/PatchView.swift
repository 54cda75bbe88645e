import Compute
import Images
import Models
import Platform

/// How a photograph is shown to a model whose features are compared patch by patch.
public struct PatchView: Hashable, Sendable {
    /// Which part of the photograph the model sees.
    public enum Fitting: String, Codable, CaseIterable, Hashable, Sendable {
        /// All of it, at its own aspect ratio: the grid of patches is as much longer than high as the photograph.
        case whole
        /// What the model's own preprocessing keeps, in the model's own grid.
        case cropped
    }

    /// Which part of the photograph the model sees.
    public var fitting: Fitting
    /// The shorter side of the whole photograph in pixels; nil for that of the model's input.
    public var side: Int?
    /// Whether the photograph goes through the model in overlapping windows of the model's own input size; nil if it
    /// has more patches than go through it at once, or the model takes only its own size.
    public var usesWindows: Bool?

    /// The largest number of patches that go through a model at once, unless windows are ruled out: the work of
    /// attention grows with the square of their number.
    public static let mostPatches = 4096

    /// Creates a view.
    public init(_ fitting: Fitting = .whole, side: Int? = nil, usesWindows: Bool? = nil) {
        self.fitting = fitting
        self.side = side
        self.usesWindows = usesWindows
    }
}

extension PatchView {
    /// The sides of a photograph that a model can be shown, in pixels.
    private static let sides = 1...16384

    /// Checks that the side is in range.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
    func validate() throws(EngineError) {
        if let side, !Self.sides.contains(side) {
            throw .invalidValue(what: "The photograph's shorter side", found: "\(side) px", expected: "1 to 16384 px")
        }
        if side != nil, fitting == .cropped {
            throw .invalidValue(
                what: "The size of a cropped photograph", found: "\(side ?? 0) px",
                expected: "the model's own; load the model at another size, or show it the whole photograph")
        }
    }

    /// Returns the size, in whole patches, at which a model sees a whole photograph.
    ///
    /// The shorter side has the number of patches that fits it; the longer one as many as come nearest to the
    /// photograph's aspect ratio.
    ///
    /// - Parameter patch: the size of a patch of the layer, in pixels.
    func grid(of image: Image, in model: Model, patch: PixelSize) -> (rows: Int, columns: Int) {
        let input = PixelSize(width: model.imageSize.width, height: model.imageSize.height)
        let shorter = Double(side ?? input.shorterSide)
        let factor = shorter / Double(max(min(image.width, image.height), 1))
        func count(_ length: Int, _ patch: Int) -> Int {
            max(Int((Double(length) * factor / Double(max(patch, 1))).rounded()), 1)
        }
        return (count(image.height, patch.height), count(image.width, patch.width))
    }
}
