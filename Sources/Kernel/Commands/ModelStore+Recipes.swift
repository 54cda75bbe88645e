import Cells
import Foundation
import VitrineEngine

extension ModelStore {
    /// Returns the model that a picture was made with, without its interventions: a warm one under any name, or one whose weights are found on
    /// this disk by their hash.
    ///
    /// Searches beside the picture, in the working folder and in models' folders there, then in the caches. Nothing is
    /// downloaded.
    ///
    /// - Throws: an error of the loader; a ``CellError`` that tells the user what to load.
    func model(of recipe: Recipe, path: String, in run: CellRun) throws -> Model {
        let settings = recipe.modelSettings ?? ModelSettings()
        let warm = loaded.filter {
            $0.isCurrent && ($0.weightsHash == recipe.weightsHash || recipe.weightsHash.isEmpty)
        }
        let fitting = warm.filter { $0.requestedSize == recipe.inputSize && $0.settings == settings }
        if let model = fitting.first(where: { $0.name == recipe.baseModel }) { return model }
        if !recipe.weightsHash.isEmpty, let model = fitting.first { return model }
        func again(_ request: ModelRequest?) throws -> Model? {
            guard var request else { return nil }
            request.size = recipe.inputSize
            request.settings = settings
            let model = try load(request, cancellation: run.cancellation)
            return recipe.weightsHash.isEmpty || model.weightsHash == recipe.weightsHash ? model : nil
        }
        // The same weights with another input size or other settings.
        if !recipe.weightsHash.isEmpty, let model = try again(warm.first.flatMap { request(of: $0) }) { return model }
        if let found = try WeightsOnDisk(recipe: recipe, path: path).find(in: run),
            let model = try again(ModelRequest(name: found.name, weights: found.weights))
        {
            return model
        }
        throw missing(recipe, path)
    }

    private func missing(_ recipe: Recipe, _ path: String) -> CellError {
        let arguments =
            (recipe.inputSize.map { ", size: \($0.cell)" } ?? "") + (recipe.modelSettings ?? ModelSettings()).arguments
        if let other = loaded.first(where: { $0.name == recipe.baseModel }), other.weightsHash != recipe.weightsHash {
            return CellError(
                .command,
                "“\(path)” was made with other weights of \(recipe.baseModel): their SHA-256 begins with "
                    + "\(recipe.weightsHash.prefix(12)), but that of the loaded ones begins with "
                    + "\(other.weightsHash.prefix(12)). Load the right ones first: `load(path\(arguments))`.")
        }
        let isKnown = KnownWeights.models.contains(recipe.baseModel) || HubName(recipe.baseModel) != nil
        let cell = isKnown ? "load(\(CellText.literal(recipe.baseModel))\(arguments))" : "load(path\(arguments))"
        return CellError(
            .command,
            "“\(path)” was made with \(recipe.baseModel), whose weights are not loaded. No file beside the picture, in this "
                + "folder or in the caches has their SHA-256, \(recipe.weightsHash.prefix(12))…. Load them first: `\(cell)`."
        )
    }
}

/// A search on this disk for the weights that a picture was made with.
private struct WeightsOnDisk {
    let recipe: Recipe
    /// The picture's file.
    let path: String

    func find(in run: CellRun) throws -> WeightsSearch.Found? {
        let name = recipe.baseModel
        if recipe.weightsHash.isEmpty {
            return Catalog.builtInNames.contains(name) ? WeightsSearch.Found(name: name) : nil
        }
        let beside = (path as NSString).deletingLastPathComponent
        let folders = [(beside as NSString).expandingTildeInPath, ""]
        let search = WeightsSearch(sha256: recipe.weightsHash, cancellation: run.cancellation)
        return try ProgressLine.during("Looking for \(name)’s weights", in: run.execution) { line in
            try search.find(in: beside.isEmpty ? [""] : folders, called: name) {
                line.update(done: $0.doneBytes, of: $0.totalBytes, .bytes, title: "Looking for \(name): \($0.fileName)")
            }
        }
    }
}
