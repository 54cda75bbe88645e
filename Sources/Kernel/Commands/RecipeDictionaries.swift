import Cells
import Foundation
import VitrineEngine

/// Finds the dictionaries that a saved picture was made with by their paths in its recipe.
struct RecipeDictionaries {
    /// The picture's file.
    let path: String

    /// Reads the dictionaries of a recipe, each from its path in the recipe or from beside the picture.
    ///
    /// - Throws: a ``CellError`` that names the dictionary that is missing or has changed.
    func find(_ recipe: Recipe) throws -> [LatentDictionary] {
        try recipe.interventions.compactMap(\.dictionary).map(find)
    }

    private func find(_ reference: DictionaryReference) throws -> LatentDictionary {
        let folder = (path as NSString).deletingLastPathComponent
        let beside = (folder as NSString).appendingPathComponent(reference.name)
        for candidate in [reference.path, beside] where FileManager.default.fileExists(atPath: candidate) {
            guard
                let found = try? LatentDictionary(
                    path: candidate, topK: reference.topK, threshold: reference.threshold),
                found.reference.sha256 == reference.sha256
            else { continue }
            return found.named(reference)
        }
        throw CellError(
            .command,
            "“\(path)” was made with the dictionary “\(reference.path)”, which is not there, or has changed: its SHA-256 began "
                + "with \(reference.sha256.prefix(12)). Put it back, or beside the picture.")
    }
}
