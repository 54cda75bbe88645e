import Cells
import Engine

extension ModelStore {
    /// The model that a picture was made with: warm, or loaded by its name.
    ///
    /// - Throws: what the loader throws; a ``CellError`` that says what to load first.
    func model(of recipe: Recipe, path: String, cancellation: Cancellation) throws -> Model {
        let warm = loaded.filter { $0.name == recipe.model }
        if let model = warm.first(where: {
            $0.weightsHash == recipe.weightsHash && $0.requestedSize == recipe.inputSize
        }) {
            return model
        }
        let size = recipe.inputSize.map { ", size: \($0)" } ?? ""
        guard let other = warm.first else {
            do {
                return try load(ModelRequest(name: recipe.model, size: recipe.inputSize), cancellation: cancellation)
            } catch EngineError.unknownModel {
                throw CellError(
                    .command,
                    "“\(path)” was made with the model \(recipe.model), which came from a file. Load that file first: "
                        + "`load(path\(size))`.")
            }
        }
        if let same = warm.first(where: { $0.weightsHash == recipe.weightsHash }) {
            throw CellError(
                .command,
                "“\(path)” was made with \(recipe.model) at an input of "
                    + (recipe.inputSize.map { "\($0) px" } ?? "its own size")
                    + ", and the loaded one has \(same.imageSize.width) px. Load it so first: `load(…\(size))`.")
        }
        return other
    }
}
