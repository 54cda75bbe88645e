import Cells
import VitrineEngine

/// The command `features`: a row of features for each photograph of a folder.
enum FolderFeatureCommand {
    private static let folder = Argument<String>(
        "in", summary: "a folder of PNG and JPEG files; its subfolders are read too", completes: PathSource.folder)
    private static let layer = Argument<LayerValue>(
        "at", summary: "a layer: tokens, of which one row is made, or one row for the whole photograph")
    private static let pooling = Argument<FolderFeatures.Pooling?>(
        "by", type: .optional(FolderFeatures.Pooling.argumentType), default: nil,
        summary: "the row of a layer with tokens: CLS, or the mean of all patches; CLS if left out, where there is one")
    private static let file = Argument<String?>(
        "to", default: nil, summary: "a .npy file that receives the rows as they come; paths go to a .txt beside it",
        completes: PathSource.destination)

    static let command = Command(
        Signature(
            "features", [folder, layer, pooling, file],
            result: .object(.folderFeatures),
            summary: "The features of every photograph of a folder, a row for each.",
            discussion:
                "Photographs are read and computed some at a time, with the model's own preprocessing; files that cannot be "
                + "read are skipped and listed. Interrupting keeps the rows so far, also in the file. "
                + "`found.nearest(to: photo)` shows the most similar photographs, `found.map()` all of them on a plane.",
            example: "features(in: \"photographs\", at: vit[\"embedding\"], to: \"features.npy\")")
    ) { arguments, run in
        let path = arguments[file]
        if let path, !path.lowercased().hasSuffix(".npy") {
            throw arguments.complaint(about: file, "Features are written as a NumPy array: call it “\(path).npy”.")
        }
        let chosen = arguments[layer]
        let found = try ProgressLine.during("features of \(arguments[folder])", in: run.execution) { line in
            try chosen.model.features(
                in: arguments[folder], at: chosen.layer.address, by: arguments[pooling], to: path,
                cancellation: run.cancellation
            ) { line.update(done: $0.done, of: $0.total, .things("file")) }
        }
        if let path {
            let names = path.dropLast(4) + ".txt"
            let text = found.paths.map { "\($0)\n" }.joined()
            try writeWholeFile(String(names), Array(text.utf8))
            run.write(
                "Saved \(path): \(found.values.shape) float32, and the photographs' paths in \(names).\n",
                toStandardError: false)
        }
        let value = FolderFeaturesValue(found, of: chosen.model)
        // An interrupted cell has no result, so what was read is shown here.
        if run.isCancelled { run.execution.display(value.bundle, id: nil) }
        return .object(value)
    }
}

extension FolderFeatures.Pooling: ArgumentChoice {}
