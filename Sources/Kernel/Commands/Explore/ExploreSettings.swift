import VitrineEngine

/// The settings of a panel: what its controls change.
struct ExploreSettings: Hashable, Sendable {
    /// The target that the picture drives.
    var target: Target
    /// The number of steps.
    var steps: Int
    /// The seed.
    var seed: Int

    /// Returns the cell that makes the same picture.
    ///
    /// - Parameters:
    ///   - expression: the model in the cell: “vit”.
    ///   - defaultSteps: the recipe's own number, which the cell omits.
    func cell(of expression: String, classes: [String], recipe: RecipeName, defaultSteps: Int) -> String {
        var arguments = [target.cell(of: expression, classes: classes)]
        if steps != defaultSteps { arguments.append("steps: \(steps)") }
        if seed != 0 { arguments.append("seed: \(seed)") }
        if recipe != .vitrine { arguments.append("recipe: .\(recipe.rawValue)") }
        return "render(\(arguments.joined(separator: ", ")))"
    }

    /// Returns the recipe of the picture.
    func recipe(_ name: RecipeName, in model: Model, steps: Int?) throws(EngineError) -> Recipe {
        try Recipe(
            name, for: [.mean(target)], in: model, seeds: [UInt64(bitPattern: Int64(seed))], steps: steps)
    }
}
