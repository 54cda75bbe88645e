import Cells
import Foundation
import VitrineEngine

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
                        .oneOf([.object(.objective), .list(.object(.objective))]),
                        summary: "what to maximize: a neuron, a patch, a logit, or a sum of these; a list gives a sheet"
                    ),
                    Parameter(
                        "steps", .optional(.integer), default: "nil",
                        summary:
                            "how many gradient steps; the recipe's own number if left out (the default recipe's is \(RecipeName.vitrine.steps()))"
                    ),
                    Parameter(
                        "seed", .oneOf([.integer, .list(.integer)]), default: "0",
                        summary: "the seed; a list gives a sheet, one picture for each"),
                    Parameter(
                        "size", .optional(.oneOf([.integer, .list(.integer)])), default: "nil",
                        summary:
                            "the picture's longer side in pixels, or its height and width; the recipe's own if left out, usually the model's"
                    ),
                    Parameter(
                        "recipe",
                        .oneOf([.symbol(RecipeName.allCases.map(\.rawValue)), .list(.symbol([]))]),
                        default: ".vitrine",
                        summary: "the recipe; a list compares several side by side"),
                ] + RecipeOptions.parameters + [
                    Parameter(
                        "cache", .boolean, default: "true",
                        summary: "whether to show a picture that was rendered before instead of rendering it again")
                ],
                result: .object(.picture),
                summary: "Makes the picture that drives an objective most. It appears at once and sharpens.",
                discussion:
                    "Interrupting keeps the picture so far. Finished pictures are kept, in `~/.cache/vitrine/pictures` "
                    + "or the folder that the variable `VITRINE_CACHE` names, up to 1 GB; the folder may be emptied at any "
                    + "time. The same recipe of the same weights is then shown at once. `VITRINE_CACHE=off` keeps none.\n\n"
                    + RecipeWords.list,
                example: "render(vit.blocks[5].mlp.neuron(42), steps: 512, seed: 1)")
        ) { [pictures] arguments, context in
            let values = try Self.objectives(arguments)
            let model = try ObjectiveValue.model(of: values, for: "One render")
            let cache = try arguments.boolean("cache") ? pictures : nil
            let seeds = try Self.seeds(arguments)
            let recipes = try Self.recipes(arguments)
            let orders = try recipes.flatMap { name, folder in
                try seeds.map { seed in
                    try Self.order(name, seed: seed, folder: folder, values, model, arguments, context.run)
                }
            }
            guard orders.count > 1 else {
                return .object(
                    try orders[0].recipe.render(
                        by: model, photographs: orders[0].photographs, cache: cache, in: context.run))
            }
            let series = RenderSeries(
                model: model, objectives: values.map(\.objective), orders: orders, cache: cache)
            return .object(try series.render(in: context.run))
        }
    }

    /// One render of all objectives.
    ///
    /// - Parameter folder: where the photographs are that the recipe goes by; nil where it goes by none.
    private static func order(
        _ name: RecipeName, seed: UInt64, folder: String?, _ values: [ObjectiveValue], _ model: Model,
        _ arguments: Arguments, _ run: CellRun
    ) throws -> RenderSeries.Order {
        var objectives = values.map(\.objective)
        var photographs = values.flatMap(\.photographs)
        if let folder {
            for index in objectives.indices {
                let found = try VitalReferences.find(in: folder, for: objectives[index], by: model, in: run)
                objectives[index] = .vital(
                    objectives[index], like: found.set, model: model.name, depth: model.blockCount)
                photographs += found.images
            }
        }
        let size = try arguments.pictureSize(for: model)
        var recipe = try Recipe(
            name, for: objectives, in: model, seeds: Self.seeds(objectives, first: seed), size: size,
            steps: arguments.optionalInteger("steps"))
        photographs += try RecipeOptions.apply(arguments, to: &recipe, input: model.inputSize)
        return RenderSeries.Order(name: name, seed: seed, recipe: recipe, photographs: photographs)
    }

    /// The seeds that a call names: one, or each of a list once.
    private static func seeds(_ arguments: Arguments) throws -> [UInt64] {
        guard let list = arguments.optionalList("seed") else { return [try arguments.seed] }
        let seeds = list.compactMap(\.integer)
        guard !seeds.isEmpty, seeds.count == Set(seeds).count else {
            throw arguments.complaint(
                about: "seed",
                seeds.isEmpty
                    ? "The list of seeds is empty." : "A seed is in the list twice: its pictures would be the same.")
        }
        return seeds.map { UInt64(bitPattern: Int64($0)) }
    }

    /// The recipes that a call names, each with the folder of photographs that it goes by, where it does.
    private static func recipes(_ arguments: Arguments) throws -> [(name: RecipeName, folder: String?)] {
        let symbols =
            arguments.optionalSymbol("recipe").map { [$0] }
            ?? (arguments.optionalList("recipe") ?? []).compactMap {
                if case .symbol(let symbol) = $0 { symbol } else { nil }
            }
        guard !symbols.isEmpty, symbols.count == Set(symbols.map(\.name)).count else {
            throw arguments.complaint(
                about: "recipe",
                symbols.isEmpty ? "The list of recipes is empty." : "A recipe is in the list twice.")
        }
        return try symbols.map { symbol in
            guard let name = RecipeName(rawValue: symbol.name) else {
                let names = RecipeName.allCases.map { "`.\($0.rawValue)`" }.joined(separator: ", ")
                throw arguments.complaint(
                    about: "recipe", "There is no recipe `.\(symbol.name)`. There are \(names).")
            }
            return (name, name == .vital ? try VitalReferences.folder(symbol, arguments) : nil)
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
                result: .object(.picture), summary: "Renders a saved picture again from the recipe in its file.",
                discussion:
                    "Its weights are known by their hash: a loaded model with these weights is used, whatever it is called; "
                    + "else they are looked for beside the picture, in the working folder and in the caches. Nothing is "
                    + "downloaded.",
                example: "rerun(\"neuron42.png\")")
        ) { [store] arguments, context in
            let path = try arguments.string("path")
            guard let text = PNG.texts(in: try OrdinaryFile.contents(of: path))[PNG.recipeKeyword] else {
                throw CellError(
                    .command,
                    "“\(path)” carries no recipe: Vitrine did not render it, or another program saved it anew.")
            }
            let saved = try Recipe(json: text)
            let model = try store.model(of: saved, path: path, in: context.run)
            let recipe = saved.renamed(model.name)
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
