import Engine

/// A recipe in words: a row for each thing that decides what the picture looks like.
struct RecipeTable {
    /// The recipe.
    let recipe: Recipe

    /// The rows with their heading.
    var table: Table {
        let procedure = recipe.procedure
        let transforms = procedure.transforms.map(\.description)
        return Table(
            headings: ["recipe", ""],
            rows: [
                ["model", "\(recipe.model), weights \(recipe.weightsHash.prefix(12))…"],
                ["objective", recipe.objectives.map(\.description).joined(separator: "; ")],
                ["size", "\(recipe.width) × \(recipe.height) px"],
                ["steps", "\(recipe.steps)" + (recipe.stopAfter.map { ", stopped after \($0)" } ?? "")],
                // A seed is written as it was given: a whole number that may be negative.
                ["seed", Set(recipe.seeds).sorted().map { "\(Int64(bitPattern: $0))" }.joined(separator: ", ")],
                ["parameterization", procedure.parameterization.description],
                ["transforms", transforms.isEmpty ? "none" : transforms.joined(separator: "; ")],
                ["optimizer", procedure.optimizer.description],
            ], codeColumns: [])
    }
}
