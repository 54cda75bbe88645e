import Cells
import Foundation
import Jupyter
import VitrineEngine

/// The command `activationAtlas`: pictures of what a layer computes from a folder of photographs, on a map.
enum ActivationAtlasCommand {
    private static let photographs = Argument<String>(
        "in", summary: "a folder of PNG and JPEG files; its subfolders are read too", completes: PathSource.folder)
    private static let layer = Argument<LayerValue>("at", summary: "a layer with patches")
    private static let folder = Argument<String>(
        "to", summary: "the folder of the pictures and pages: a new one, or one to continue",
        completes: PathSource.destination)
    private static let side = Argument<Int>("side", default: 8, summary: "how many cells the map has along each side")
    private static let patches = Argument<Int>(
        "patches", default: 20_000, summary: "how many patches of the photographs are taken, at most")
    private static let least = Argument<Int>(
        "least", default: 3, summary: "how many patches a cell needs for a picture")
    private static let seed = Argument<Seed>("seed", default: 0, summary: "the pictures' seed")

    static let activationAtlas = Command(
        Signature(
            "activationAtlas",
            [
                photographs, layer, folder, side, patches, least, RecipeArguments.steps, seed, RecipeArguments.size,
                RecipeArguments.recipe,
            ],
            result: .object(.activationAtlas),
            summary: "A map of what a layer computes from a folder's photographs, each cell rendered.",
            discussion:
                "The features of the photographs' patches are laid out by their first two principal components and averaged "
                + "over the cells of a grid; each cell gets the picture that drives the layer into its direction. Pictures are "
                + "kept in the folder as those of `atlas`: an interrupted atlas continues, several runs can share a folder, and "
                + "none is made twice. `vitrine atlas --activations` does the same in a shell, in parts, and on a cluster.\n\nSource: Carter et al. 2019, “Activation Atlas”.",
            example: "activationAtlas(in: \"photographs\", at: vit.blocks[8], to: \"activation-atlas\")")
    ) { arguments, run in
        let place = arguments[layer]
        let cells = try ProgressLine.during("features of \(arguments[photographs])", in: run.execution) { line in
            try ActivationMapRequest(
                photographs: arguments[photographs], side: arguments[side], patches: arguments[patches],
                least: arguments[least]
            ).cells(at: place.layer.address, of: place.model, in: arguments[folder], run.cancellation) {
                line.update(done: $0.done, of: $0.total, .things("file"))
            }
        }
        var request = AtlasRequest(model: place.model, source: place.model.source, folder: arguments[folder])
        request.layers = [place.layer.address]
        request.cells = cells
        request.settings = AtlasPlan.Settings(
            recipe: arguments[RecipeArguments.recipe], steps: arguments[RecipeArguments.steps],
            size: arguments[RecipeArguments.size], seed: arguments[seed].number)
        let live = LiveSheet(in: run.execution, title: "Activation atlas of \(place.layer.address)")
        let outcome = try live.during { try AtlasCommand.render(request, live, run) }
        let value = ActivationAtlasValue(cells, plan: try request.plan(), folder: request.folder, words: outcome.words)
        if live.isShown {
            live.finish(value.bundle)
            run.didShow(value, id: live.id)
        }
        return .object(value)
    }
}
