import Jupyter
import Platform

extension MIMEBundle {
    /// The metadata of a picture that a recipe, as JSON, makes again.
    static func metadata(ofRecipe recipe: String) -> [String: JSON] {
        ["vitrine": ["recipe": (try? JSON(parsing: Array(recipe.utf8))) ?? .string(recipe)]]
    }
}
