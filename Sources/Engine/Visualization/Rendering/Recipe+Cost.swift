import Images
import Models

/// How long recipes take, before anybody has waited for them.
///
/// The unit is a step of one picture of the model's size that goes through the model once, which takes the same time
/// whatever the recipe. What a step spends on the picture itself (drawing it, disturbing it, and the way back) grows
/// with its pixels.
extension RenderStage {
    /// Which share of a step is spent on a picture of the model's size and not in the model. Measured for ViT-B/32 at 224 px:
    /// .028 at its last block, .053 at its middle (`docs/performance.md`, “What is not the model”).
    private static let pictureShare = 0.04

    /// How long the stage takes for each picture.
    ///
    /// - Parameter input: the size of the model's input, which it sees the picture in whatever the picture's own size.
    func cost(for input: PixelSize) -> Double {
        let area = Double(size.area) / Double(max(input.area, 1))
        let model = (1 - Self.pictureShare) * Double(procedure.copies)
        return Double(steps) * (model + Self.pictureShare * area)
    }
}

extension Recipe {
    /// How long all stages take for each picture, in steps of one of the model's size that goes through the model once.
    ///
    /// - Parameter input: the size of the model's input.
    public func cost(for input: PixelSize) -> Double { stages.reduce(0) { $0 + $1.cost(for: input) } }
}

extension RecipeName {
    /// How long the recipe takes for each picture, in steps of one of the model's size that goes through the model once.
    ///
    /// - Parameters:
    ///   - input: the size of the model's input.
    ///   - isClass: whether logits are sought, for which some recipes take other steps.
    public func cost(for input: PixelSize, isClass: Bool = false) -> Double {
        procedure.stages(for: input, isClass: isClass).reduce(0) { $0 + $1.cost(for: input) }
    }

    /// How many steps the recipe takes of itself.
    ///
    /// - Parameter isClass: as for ``cost(for:isClass:)``.
    public func steps(isClass: Bool = false) -> Int {
        procedure.stages(for: PixelSize(width: 224, height: 224), isClass: isClass).reduce(0) { $0 + $1.steps }
    }

    /// What it is chosen for, in a line that follows a colon.
    public var purpose: String {
        switch self {
        case .vitrine: "recognizable pictures, quickly"
        case .article: "the pictures of Transformer and Mixer Features (Badger), for any target of any model"
        case .faithfulArticle: "the same article's pictures exactly as published, for comparison"
        case .firstAttempt: "a quick, small, rough look, as in Feature Visualisation for Transformers (2025)"
        case .lucid: "comparison with pictures of convolutional networks, most of which were made this way"
        case .maco: "large pictures with natural contrast, best for large models (Fel et al. 2023)"
        case .vitVisualization: "comparison with Ghiasi et al. 2022, for neurons after the activation function"
        case .plugIn: "classes, from a small picture to a large one (Ghiasi et al. 2021)"
        case .vital:
            "pictures that resemble photographs of a folder: `.vital(references: \"folder\")` (Gorgun et al. 2025)"
        }
    }
}
