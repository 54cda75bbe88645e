import Images
import Models

/// Estimates of the time that recipes take.
///
/// The unit is a step of one picture of the model's size that goes through the model once, which takes the same time in
/// any recipe. The time that a step spends on the picture itself (drawing and transforming it, and the gradients of
/// both) grows with its pixels.
extension RenderStage {
    /// The share of a step that is spent on a picture of the model's size, outside the model. Measured for ViT-B/32 at
    /// 224 px: .028 at its last block, .053 at its middle (`docs/performance.md`, “What is not the model”).
    private static let pictureShare = 0.04

    /// Returns the time that the stage takes for each picture.
    ///
    /// - Parameter input: the size of the model's input, at which it sees the picture whatever the picture's
    ///   own size.
    func cost(for input: PixelSize) -> Double {
        let area = Double(size.area) / Double(max(input.area, 1))
        let model = (1 - Self.pictureShare) * Double(procedure.copies)
        return Double(steps) * (model + Self.pictureShare * area)
    }
}

extension Recipe {
    /// Returns the time that all stages take for each picture, in steps of one of the model's size that goes through
    /// the model once.
    ///
    /// - Parameter input: the size of the model's input.
    public func cost(for input: PixelSize) -> Double { stages.reduce(0) { $0 + $1.cost(for: input) } }
}

extension RecipeName {
    /// Returns the time that the recipe takes for each picture, in steps of one of the model's size that goes through
    /// the model once.
    ///
    /// - Parameters:
    ///   - input: the size of the model's input.
    ///   - isClass: whether the objectives are logits, for which some recipes take other steps.
    public func cost(for input: PixelSize, isClass: Bool = false) -> Double {
        procedure.stages(for: input, isClass: isClass).reduce(0) { $0 + $1.cost(for: input) }
    }

    /// Returns the recipe's own number of steps.
    ///
    /// - Parameter isClass: as for ``cost(for:isClass:)``.
    public func steps(isClass: Bool = false) -> Int {
        procedure.stages(for: PixelSize(width: 224, height: 224), isClass: isClass).reduce(0) { $0 + $1.steps }
    }
}
