import Cells
import Foundation
import VitrineEngine

/// Finds the photographs that a saved picture was made with by the names in its recipe.
struct RecipePhotographs {
    /// The picture's file.
    let path: String

    /// Reads the photographs of a recipe, each from its path in the recipe or from beside the picture.
    ///
    /// - Throws: a ``CellError`` that names the photograph that is missing or has changed.
    func find(_ recipe: Recipe) throws -> [Image] {
        try recipe.photographs.map(find)
    }

    private func find(_ reference: PhotographReference) throws -> Image {
        let name = (reference.name as NSString).expandingTildeInPath
        let folder = (path as NSString).deletingLastPathComponent
        let beside = (folder as NSString).appendingPathComponent((name as NSString).lastPathComponent)
        let candidates = [name, beside].filter { FileManager.default.fileExists(atPath: $0) }
        for candidate in candidates {
            if let image = try? Photograph.scaled(Image(contentsOf: candidate)).image, image.sha256 == reference.sha256
            {
                return image
            }
        }
        throw CellError(
            .command,
            candidates.isEmpty
                ? "“\(path)” was made with the photograph “\(reference.name)”, which is missing. Put it back, or beside "
                    + "the picture."
                : "“\(path)” was made with another photograph “\(reference.name)”: the SHA-256 of its pixels began with "
                    + "\(reference.sha256.prefix(12)). Put the right one there, or beside the picture.")
    }
}
