import Cells
import Jupyter
import VitrineEngine

/// A recipe in a cell.
final class RecipeValue: TabledObject, Displayable {
    /// The recipe.
    let recipe: Recipe

    private let objectives: [String]

    /// Creates the value with the objectives in words.
    init(_ recipe: Recipe, objectives: [String]) {
        self.recipe = recipe
        self.objectives = objectives
    }

    var kind: ValueKind { .recipe }
    var plainText: String { table.plain }
    var bundle: MIMEBundle { table.bundle }

    static let memberTable: MemberTable<RecipeValue> = [
        .property("model", .string, "the model's name") { .string($0.recipe.model) },
        .property("steps", .integer, "how many steps") { .integer($0.recipe.totalSteps) },
        .property("seed", .integer, "the first picture's seed") {
            .integer(Int(truncatingIfNeeded: $0.recipe.seeds.first ?? 0))
        },
        .property("json", .string, "the whole recipe as the picture's file carries it") {
            .string(try $0.recipe.json())
        },
    ]

    func isEqual(to other: any CellObject) -> Bool { (other as? RecipeValue)?.recipe == recipe }

    /// The recipe as a table.
    var table: Table { RecipeTable(recipe: recipe, objectives: objectives).table }
}
