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
                && $0.settings == recipe.modelSettings ?? ModelSettings()
        }) {
            return model
        }
        let settings = recipe.modelSettings ?? ModelSettings()
        let size = (recipe.inputSize.map { ", size: \($0.cell)" } ?? "") + settings.arguments
        guard let other = warm.first else {
            do {
                let request = ModelRequest(name: recipe.model, size: recipe.inputSize, settings: settings)
                return try load(request, cancellation: cancellation)
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
                    + (recipe.inputSize?.shortWords ?? "its own size") + settings.words
                    + ", and the loaded one has \(same.inputSize.shortWords)\(same.settings.words). "
                    + "Load it so first: `load(…\(size))`.")
        }
        return other
    }
}

extension ModelSettings {
    /// What was said of a model, behind its size: ", with heads: 12".
    fileprivate var words: String { arguments.isEmpty ? "" : ", with " + arguments.dropFirst(2) }
}
