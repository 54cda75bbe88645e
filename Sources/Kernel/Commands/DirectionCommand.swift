import Cells
import Foundation
import VitrineEngine

/// The command that finds a direction between the photographs of two folders.
enum DirectionCommand {
    private static let folder = Argument<String>(
        "from", summary: "a folder of photographs that have something", completes: PathSource.folder)
    private static let other = Argument<String>(
        "against", summary: "a folder of photographs that lack it", completes: PathSource.folder)
    private static let layer = Argument<LayerValue>("at", summary: "the layer in whose features it is a direction")
    private static let method = Argument<FolderDirection.Method>(
        "by", default: .means,
        summary: "`.means` for the difference of the means, `.probe` for the weights of a logistic regression")

    static let direction = Command(
        Signature(
            "direction", [folder, other, layer, method], result: .object(.tensor),
            summary:
                "The direction in a layer's features that tells the photographs of one folder from those of another.",
            discussion:
                "A photograph is the mean of its patches. Every fifth photograph is held out to measure how many the "
                + "direction sorts rightly, which is printed; the direction is then found with all. It is a tensor: "
                + "`vit.blocks[8].along(striped)` is an objective, `vit.adding(striped, times: 4, at: vit.blocks[8])` a "
                + "steered model, and directions can be added, subtracted, scaled and compared.",
            example:
                "let striped = direction(from: \"photographs/striped\", against: \"photographs/plain\", at: vit.blocks[8])\nrender(vit.blocks[8].along(striped))"
        )
    ) { arguments, run in
        let chosen = arguments[layer]
        func path(_ text: String) -> String { (text as NSString).expandingTildeInPath }
        let found = try ProgressLine.during("direction in \(chosen.layer.address)", in: run.execution) { line in
            try chosen.model.direction(
                from: path(arguments[folder]), against: path(arguments[other]), at: chosen.layer.address,
                by: arguments[method], cancellation: run.cancellation
            ) { line.update(done: $0.done, of: $0.total, .things("file")) }
        }
        let counts = "\(found.positiveCount) and \(found.negativeCount) photographs"
        run.write(
            found.accuracy.map { "Sorts \(($0 * 100).formatted(digits: 1)) % of held-out photographs; \(counts).\n" }
                ?? "Too few photographs to hold any out: \(counts).\n", toStandardError: false)
        func name(_ text: String) -> String { text.split(separator: "/").last.map(String.init) ?? text }
        return .object(
            TensorValue(
                found.vector,
                title: "from “\(name(arguments[other]))” to “\(name(arguments[folder]))” in \(chosen.layer.address) of "
                    + chosen.model.name,
                shapeWords: "\(found.vector.values.count) features"))
    }
}

extension FolderDirection.Method: ArgumentChoice {}
