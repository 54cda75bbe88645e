import VitrineEngine

/// What a panel is set to: everything of a picture that its controls change.
struct Viewpoint: Hashable, Sendable {
    /// What the picture drives.
    var target: Target
    /// How many steps it takes.
    var steps: Int
    /// Where its randomness starts.
    var seed: Int

    /// The cell that makes the same picture.
    ///
    /// - Parameters:
    ///   - expression: what the cell calls the model.
    ///   - ordinarySteps: the recipe's own number, which need not be said.
    func cell(of expression: String, classes: [String], recipe: RecipeName, ordinarySteps: Int) -> String {
        var arguments = [target.cell(of: expression, classes: classes)]
        if steps != ordinarySteps { arguments.append("steps: \(steps)") }
        if seed != 0 { arguments.append("seed: \(seed)") }
        if recipe != .vitrine { arguments.append("recipe: .\(recipe.rawValue)") }
        return "render(\(arguments.joined(separator: ", ")))"
    }

    /// The recipe of the picture.
    func recipe(_ name: RecipeName, in model: Model, steps: Int?) throws(EngineError) -> Recipe {
        try Recipe(
            name, for: [.mean(target)], in: model, seeds: [UInt64(bitPattern: Int64(seed))], steps: steps)
    }
}
