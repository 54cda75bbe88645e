import Cells
import VitrineEngine

extension RecipeName: ArgumentChoice {}

/// The arguments shared by commands that make many pictures with one recipe.
enum RecipeArguments {
    /// The recipe: one that needs no photographs.
    static let recipe = Argument<RecipeName>(
        "recipe", type: .choice(of: RecipeName.withoutReferences), default: .vitrine,
        summary: "the recipe; `help(render)` explains each")
    /// The number of steps of each picture.
    static let steps = Argument<Int?>(
        "steps", default: nil, summary: "how many gradient steps; the recipe's own number if left out")
    /// The size of the pictures.
    static let size = Argument<Int?>(
        "size", default: nil, summary: "the pictures' longer side in pixels; the recipe's own if left out")
}
