import Cells
import Foundation
import VitrineEngine

/// Commands that make pictures.
struct RenderCommands {
    /// The warm models.
    let store: ModelStore
    /// The cache of finished pictures; nil for none.
    let pictures: PictureCache?

    var all: [Command] { [render, rerun] }

    private static let objective = Argument<[ObjectiveValue]>(
        "objective", label: nil, .oneOf([.object(.objective), .list(.object(.objective))]),
        summary: "what to maximize: a neuron, a patch, a logit, or a sum of these; a list gives a sheet"
    ) { ObjectiveValue.list($0) }
    private static let steps = Argument<Int?>(
        "steps", default: nil,
        summary:
            "how many gradient steps; the recipe's own number if left out (the default recipe's is \(RecipeName.vitrine.steps()))"
    )
    private static let seed = Argument<[Seed]>(
        "seed", .oneOf([.integer, .list(.integer)]), default: .integer(0),
        summary: "the seed; a list gives a sheet, one picture for each"
    ) { Seed.read($0).map { [$0] } ?? [Seed].read($0) }
    private static let size = Argument<Sides?>(
        "size", default: nil,
        summary:
            "the picture's longer side in pixels, or its height and width; the recipe's own if left out, usually the model's"
    )
    private static let recipe = Argument<[Symbol]>(
        "recipe", .oneOf([RecipeName.argumentType, .list(.symbol([]))]), default: RecipeName.vitrine.cellValue,
        summary: "the recipe; a list compares several side by side"
    ) { value in
        (value.array ?? [value]).compactMap { if case .symbol(let symbol) = $0 { symbol } else { nil } }
    }
    private static let usesCache = Argument<Bool>(
        "cache", default: true,
        summary: "whether to show a picture that was rendered before instead of rendering it again")

    private var render: Command {
        Command(
            Signature(
                "render",
                [Self.objective, Self.steps, Self.seed, Self.size, Self.recipe] + RecipeOptions.arguments
                    + [Self.usesCache],
                result: .object(.picture),
                summary: "Makes the picture that drives an objective most. It appears at once and sharpens.",
                discussion:
                    "Interrupting keeps the picture so far. Finished pictures are kept, in `~/.cache/vitrine/pictures` "
                    + "or the folder that the variable `VITRINE_CACHE` names, up to 1 GB; the folder may be emptied at any "
                    + "time. The same recipe of the same weights is then shown at once. `VITRINE_CACHE=off` keeps none.\n\n"
                    + RecipeWords.list,
                example: "render(vit.blocks[5].mlp.neuron(42), steps: 512, seed: 1)")
        ) { [pictures] arguments, run in
            let values = try Self.objectives(arguments)
            let model = try ObjectiveValue.model(of: values, for: "One render")
            let cache = arguments[Self.usesCache] ? pictures : nil
            let seeds = try Self.seeds(arguments)
            let recipes = try Self.recipes(arguments)
            let jobs = try recipes.flatMap { name, folder in
                try seeds.map { seed in
                    try Self.job(name, seed: seed, folder: folder, values, model, arguments, run)
                }
            }
            guard jobs.count > 1 else {
                return .object(
                    try jobs[0].recipe.render(
                        by: model, photographs: jobs[0].photographs, cache: cache, in: run))
            }
            let series = RenderSeries(
                model: model, objectives: values.map(\.objective), jobs: jobs, cache: cache)
            return .object(try series.render(in: run))
        }
    }

    /// Returns one render of all objectives.
    ///
    /// - Parameter folder: the folder of the recipe's reference photographs; nil for a recipe without.
    private static func job(
        _ name: RecipeName, seed: UInt64, folder: String?, _ values: [ObjectiveValue], _ model: Model,
        _ arguments: Arguments, _ run: CellRun
    ) throws -> RenderSeries.Job {
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
        let size = try pictureSize(arguments, for: model)
        var recipe = try Recipe(
            name, for: objectives, in: model, seeds: Self.seeds(objectives, first: seed), size: size,
            steps: arguments[steps])
        photographs += try RecipeOptions.apply(arguments, to: &recipe, input: model.inputSize)
        return RenderSeries.Job(name: name, seed: seed, recipe: recipe, photographs: photographs)
    }

    /// Returns the size of the pictures: from a height and a width, or from the longer side and the aspect ratio of the
    /// model's input; nil if no size is given.
    private static func pictureSize(_ arguments: Arguments, for model: Model) throws -> PixelSize? {
        guard let size = arguments[size] else { return nil }
        if !size.isList { return model.inputSize.scaled(toLongerSide: size.sides[0]) }
        guard size.sides.count == 2 else {
            throw arguments.complaint(
                about: Self.size, "`size` must be a side, or a height and a width: `size: [256, 128]`.")
        }
        return PixelSize(width: size.sides[1], height: size.sides[0])
    }

    /// Reads the seeds of a call: one, or a list without duplicates.
    private static func seeds(_ arguments: Arguments) throws -> [UInt64] {
        let seeds = arguments[seed].map(\.number)
        guard !seeds.isEmpty, seeds.count == Set(seeds).count else {
            throw arguments.complaint(
                about: seed,
                seeds.isEmpty
                    ? "The list of seeds is empty." : "A seed is in the list twice: its pictures would be the same.")
        }
        return seeds
    }

    /// Reads the recipes of a call, each with its folder of reference photographs, if it has one.
    private static func recipes(_ arguments: Arguments) throws -> [(name: RecipeName, folder: String?)] {
        let symbols = arguments[recipe]
        guard !symbols.isEmpty, symbols.count == Set(symbols.map(\.name)).count else {
            throw arguments.complaint(
                about: recipe,
                symbols.isEmpty ? "The list of recipes is empty." : "A recipe is in the list twice.")
        }
        return try symbols.map { symbol in
            guard let name = RecipeName(rawValue: symbol.name) else {
                let names = RecipeName.allCases.map { "`.\($0.rawValue)`" }.joined(separator: ", ")
                throw arguments.complaint(
                    about: recipe, "There is no recipe `.\(symbol.name)`. There are \(names).")
            }
            return (name, name == .vital ? try VitalReferences.folder(symbol, arguments, about: recipe) : nil)
        }
    }

    private static let path = Argument<String>(
        "path", label: nil, summary: "a PNG that `save` wrote", completes: PathSource.file)

    private var rerun: Command {
        Command(
            Signature(
                "rerun", [Self.path],
                result: .object(.picture), summary: "Renders a saved picture again from the recipe in its file.",
                discussion:
                    "The weights are identified by their hash: a loaded model with these weights is used, whatever its "
                    + "name; otherwise they are searched for beside the picture, in the working folder and in the "
                    + "caches. Nothing is downloaded.",
                example: "rerun(\"neuron42.png\")")
        ) { [store] arguments, run in
            let path = arguments[Self.path]
            guard let text = PNG.texts(in: try OrdinaryFile.contents(of: path))[PNG.recipeKeyword] else {
                throw CellError(
                    .command,
                    "“\(path)” carries no recipe: Vitrine did not render it, or another program saved it again.")
            }
            let saved = try Recipe(json: text)
            let base = try store.model(of: saved, path: path, in: run)
            let photographs = try RecipePhotographs(path: path).find(saved)
            let model = try base.changed(
                by: saved.interventions, photographs: photographs,
                dictionaries: try RecipeDictionaries(path: path).find(saved), cancellation: run.cancellation)
            let recipe = saved.renamed(model.name)
            return .object(try recipe.render(by: model, photographs: photographs, in: run))
        }
    }

    /// Returns a seed for each picture of a sheet: the same for all, so that each picture is the one that would be made
    /// alone. An objective that is repeated gets the next seeds, since its pictures would be the same otherwise.
    private static func seeds(_ objectives: [Objective], first: UInt64) -> [UInt64] {
        var counts: [Objective: UInt64] = [:]
        return objectives.map { objective in
            defer { counts[objective, default: 0] += 1 }
            return first &+ counts[objective, default: 0]
        }
    }

    private static func objectives(_ arguments: Arguments) throws -> [ObjectiveValue] {
        let objectives = arguments[objective]
        guard !objectives.isEmpty else {
            throw arguments.complaint(
                about: objective, "The list of objectives is empty: there is nothing to render.")
        }
        return objectives
    }
}
