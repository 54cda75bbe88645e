import Compute
import Images
import Platform

extension RenderStage {
    /// Throws if a number in the stage is invalid, before anything is allocated.
    ///
    /// - Parameter pictures: the number of pictures.
    func validate(pictures: Int) throws(EngineError) {
        guard (1...Recipe.mostSteps).contains(steps) else { throw Recipe.wrongSteps(steps) }
        guard width >= Recipe.smallestSide, height >= Recipe.smallestSide else {
            throw .invalidValue(
                what: "The picture's size", found: "\(width) × \(height) px",
                expected: "at least \(Recipe.smallestSide) × \(Recipe.smallestSide) px")
        }
        try validateMemory(pictures: pictures)
        try procedure.validate()
        for case .blur(_, let taps) in procedure.corrections {
            try Self.checkBlur(taps, within: size, "a picture of")
        }
    }

    /// Throws if the stage does not fit a model that sees `input` pixels.
    func validate(input: PixelSize) throws(EngineError) {
        for case .blur(_, let taps) in procedure.transforms {
            try Self.checkBlur(taps, within: input, "a model that sees")
        }
        for transform in procedure.transforms { try Self.checkLength(of: transform, within: input) }
        // A window is a part of the picture, so the picture must not be smaller.
        guard procedure.sight != .window || (width >= input.width && height >= input.height) else {
            throw .invalidValue(
                what: "The picture's size", found: "\(width) × \(height) pixels",
                expected: "\(input.width) × \(input.height) or more, since the model sees a window of that size")
        }
    }

    /// Throws if a transform moves the picture by more than its own size, which leaves nothing of it to see.
    private static func checkLength(of transform: Transform, within input: PixelSize) throws(EngineError) {
        let (what, pixels): (String, Float) =
            switch transform {
            case .pad(let pixels, _): ("the pad", Float(pixels))
            case .jitter(let pixels): ("the jitter", Float(pixels))
            case .shift(let pixels): ("the shift", pixels)
            case .roll(let pixels): ("the roll", Float(pixels))
            default: ("", 0)
            }
        let most = min(input.width, input.height)
        guard pixels > Float(most) else { return }
        throw .invalidValue(
            what: what, found: "\(pixels) px",
            expected: "\(most) or less for a model that sees \(input.width) × \(input.height) pixels")
    }

    /// Throws if a blur reaches further than the picture, which it mirrors only once at the edges.
    private static func checkBlur(_ taps: Int, within size: PixelSize, _ what: String) throws(EngineError) {
        let most = 2 * min(size.width, size.height) - 1
        guard taps > most else { return }
        throw .invalidValue(
            what: "the blur's size", found: "\(taps)",
            expected: "\(most) or less for \(what) \(size.width) × \(size.height) pixels")
    }

    private func validateMemory(pictures: Int) throws(EngineError) {
        let needed = bytesNeeded(pictures: pictures)
        let available = Workspace.availableBytes
        guard needed < Double(available) else {
            throw .tooLarge(
                what: "\(pictures == 1 ? "A picture" : "\(pictures) pictures") of \(width) × \(height) pixels",
                neededBytes: needed < 9e18 ? Int(needed) : .max, availableBytes: available)
        }
    }

    /// Returns the memory that the pictures, their parameters, gradients and moments need, without the model.
    ///
    /// It is rounded up.
    private func bytesNeeded(pictures: Int) -> Double {
        let picture = 12 * Double(width) * Double(height)
        var shared = 0.0
        switch procedure.parameterization {
        case .pixels: break
        case .fourier, .phase: shared = RealFourier.byteCount(width: width, height: height)
        }
        // The picture, its parameters, their gradient, the last good ones and two moments; a spectrum is slightly
        // larger than its picture.
        let lanes = Double(min(pictures, CPUBackend.shared.threadCount))
        let best = procedure.keepsBest ? 1.0 : 0
        let gradients = procedure.copies > 1 ? 3.0 : 2
        return lanes * (shared + gradients * picture) + Double(pictures) * picture * (6.1 + best)
    }
}
