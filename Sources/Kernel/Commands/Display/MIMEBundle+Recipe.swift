import Jupyter
import Platform

extension MIMEBundle {
    /// Returns the metadata of an output: the picture's recipe.
    ///
    /// - Parameter recipe: the recipe as JSON.
    static func metadata(ofRecipe recipe: String) -> [String: JSON] {
        ["vitrine": ["recipe": (try? JSON(parsing: Array(recipe.utf8))) ?? .string(recipe)]]
    }
}
