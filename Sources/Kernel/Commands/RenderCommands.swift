import Cells
import Engine
import Foundation

/// Commands that make pictures.
struct RenderCommands {
    /// The warm models.
    let store: ModelStore
    /// Pictures that need not be rendered again; nil for none.
    let pictures: PictureCache?

    var all: [Command] { [render, rerun] }

    private var render: Command {
        Command(
            Signature(
                "render",
                [
                    Parameter(
                        label: nil, name: "objective",
                        .oneOf([.object("an objective"), .list(.object("an objective"))]),
                        summary: "what to maximise: a neuron, a patch, a logit, a sum of such; a list gives a sheet"),
                    Parameter(
                        "steps", .optional(.integer), default: "nil",
                        summary: "how many gradient steps; the recipe's own number if left out, 80 of the default"),
                    Parameter("seed", .integer, default: "0", summary: "where the randomness starts"),
                    Parameter(
                        "size", .optional(.oneOf([.integer, .list(.integer)])), default: "nil",
                        summary:
                            "the picture's longer side in pixels, or its height and width; the recipe's own if left out, mostly the model's"
                    ),
                    Parameter(
                        "recipe", .symbol(RecipeName.allCases.map(\.rawValue)), default: ".vitrine",
                        summary: "how the picture is sought; `help(render)` tells of each"),
                ] + RecipeOptions.parameters + [
                    Parameter(
                        "cache", .boolean, default: "true",
                        summary: "whether a picture that was rendered before is shown instead of rendered again")
                ],
                result: "a picture",
                summary: "Makes the picture that drives an objective most. It appears at once and sharpens.",
                discussion:
                    "Interrupting keeps the picture so far. Finished pictures are kept, in `~/.cache/vitrine/pictures` "
                    + "or the folder that the variable `VITRINE_CACHE` names, up to 1 GB; the folder may be emptied at any "
                    + "time. The same recipe of the same weights is then shown at once. `VITRINE_CACHE=off` keeps none.\n\n"
                    + RecipeName.allCases.map { "- `.\($0.rawValue)`: \($0.summary)." }.joined(separator: "\n"),
                example: "render(vit.blocks[5].mlp.neuron(42), steps: 512, seed: 1)")
        ) { [pictures] arguments, context in
            let values = try Self.objectives(arguments)
            let model = try ObjectiveValue.model(of: values, for: "One render")
            var objectives = values.map(\.objective)
            var photographs = values.flatMap(\.photographs)
            let name = try arguments.recipe
            if name == .vital {
                let folder = try VitalReferences.folder(arguments)
                for index in objectives.indices {
                    let found = try VitalReferences.find(
                        in: folder, for: objectives[index], by: model, in: context.run)
                    objectives[index] = .vital(
                        objectives[index], like: found.set, model: model.name, depth: model.blockCount)
                    photographs += found.images
                }
            }
            let size = try arguments.pictureSize(for: model)
            var recipe = try Recipe(
                name, for: objectives, in: model,
                seeds: Self.seeds(objectives, first: try arguments.seed), size: size,
                steps: arguments.optionalInteger("steps"))
            photographs += try RecipeOptions.apply(arguments, to: &recipe, input: model.inputSize)
            return .object(
                try recipe.render(
                    by: model, photographs: photographs, cache: try arguments.boolean("cache") ? pictures : nil,
                    in: context.run))
        }
    }

    private var rerun: Command {
        Command(
            Signature(
                "rerun",
                [
                    Parameter(
                        label: nil, name: "path", .string, summary: "a PNG that `save` wrote", completions: "files")
                ],
                result: "a picture", summary: "Makes a saved picture again from the recipe in its file.",
                example: "rerun(\"neuron42.png\")")
        ) { [store] arguments, context in
            let path = try arguments.string("path")
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw EngineError.fileMissing(path: path)
            }
            guard let text = PNG.texts(in: Array(bytes))[PNG.recipeKeyword] else {
                throw CellError(.command, "“\(path)” carries no recipe: it is no rendered picture that Vitrine saved.")
            }
            let recipe = try Recipe(json: text)
            let model = try store.model(of: recipe, path: path, cancellation: context.run.cancellation)
            guard model.weightsHash == recipe.weightsHash else {
                throw CellError(
                    .command,
                    "“\(path)” was made with other weights of \(recipe.model): their SHA-256 begins with "
                        + "\(recipe.weightsHash.prefix(12)), that of the loaded ones with \(model.weightsHash.prefix(12)). "
                        + "Load the weights it was made with first.")
            }
            let photographs = try RecipePhotographs(path: path).find(recipe)
            return .object(try recipe.render(by: model, photographs: photographs, in: context.run))
        }
    }

    /// One seed for all pictures of a sheet: each is the one that would be made alone. An objective that stands there
    /// again has the next one, or its pictures would be the same.
    private static func seeds(_ objectives: [Objective], first: UInt64) -> [UInt64] {
        var counts: [Objective: UInt64] = [:]
        return objectives.map { objective in
            defer { counts[objective, default: 0] += 1 }
            return first &+ counts[objective, default: 0]
        }
    }

    private static func objectives(_ arguments: Arguments) throws -> [ObjectiveValue] {
        let objectives = ObjectiveValue.list(try arguments.value("objective"))
        guard !objectives.isEmpty else {
            throw arguments.complaint(
                about: "objective", "The list of objectives is empty: there is nothing to render.")
        }
        return objectives
    }
}
