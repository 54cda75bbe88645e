import VitrineEngine

/// The settings of a panel: what its controls change.
struct ExploreSettings: Hashable, Sendable {
    /// The target that the picture drives.
    var target: Target
    /// The number of steps.
    var steps: Int
    /// The seed.
    var seed: Int
    /// The parts of the model that are switched off.
    var off: Set<ExploreSwitch> = []

    /// Returns the model without the parts that are off.
    func model(from model: Model) throws(EngineError) -> Model {
        off.isEmpty ? model : try model.changed(by: ExploreSwitch.sorted(off).map { $0.intervention(in: model) })
    }

    /// Returns the cell that makes the same picture.
    ///
    /// - Parameters:
    ///   - expression: the model in the cell: “vit”.
    ///   - defaultSteps: the recipe's own number, which the cell omits.
    func cell(of expression: String, classes: [String], recipe: RecipeName, defaultSteps: Int) -> String {
        let parts = ExploreSwitch.sorted(off).map { $0.cell(of: expression) }
        let model =
            parts.isEmpty
            ? expression
            : "\(expression).ablating(\(parts.count == 1 ? parts[0] : "[\(parts.joined(separator: ", "))]"))"
        var arguments = [target.cell(of: model, classes: classes)]
        if steps != defaultSteps { arguments.append("steps: \(steps)") }
        if seed != 0 { arguments.append("seed: \(seed)") }
        if recipe != .vitrine { arguments.append("recipe: .\(recipe.rawValue)") }
        return "render(\(arguments.joined(separator: ", ")))"
    }

    /// Returns the recipe of the picture.
    ///
    /// - Parameter model: the model without the parts that are off.
    func recipe(_ name: RecipeName, in model: Model, steps: Int?) throws(EngineError) -> Recipe {
        var target = target
        target.model = model.name
        return try Recipe(
            name, for: [.mean(target)], in: model, seeds: [UInt64(bitPattern: Int64(seed))], steps: steps)
    }
}
