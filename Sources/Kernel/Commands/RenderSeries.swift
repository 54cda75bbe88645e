import Cells
import VitrineEngine

/// Several renders of the same objectives, one after the other: with several seeds, or with several recipes.
///
/// Each picture is the one that would be made alone, byte for byte. All are shown in one sheet.
struct RenderSeries {
    /// One render of all objectives.
    struct Job {
        /// The name of the recipe.
        let name: RecipeName
        /// The first picture's seed.
        let seed: UInt64
        /// The whole recipe.
        let recipe: Recipe
        /// The photographs that the pictures start from or are compared with.
        let photographs: [Image]
    }

    /// The model.
    let model: Model
    /// The objectives of the call, without the terms that recipes add.
    let objectives: [Objective]
    /// The renders, in the order in which they run.
    let jobs: [Job]
    /// The cache to look up pictures in and to store them in; nil for none.
    let cache: PictureCache?

    /// Renders with a live sheet. An interrupt ends the series and keeps the pictures so far.
    func render(in run: CellRun) throws -> SeriesValue {
        let live = LiveSeries(in: run.execution, self)
        var done: [Rendering] = []
        for job in jobs {
            let rendering = try job.recipe.rendering(
                by: model, photographs: job.photographs, cache: cache, in: run,
                onStep: { live.update($0, after: done) })
            done.append(rendering)
            if run.isCancelled { break }
        }
        let value = try SeriesValue(done, of: self, drives: drives(on: done), cell: run.source)
        live.finish(value.bundle)
        run.didShow(value, id: live.id)
        return value
    }

    /// Returns how strongly the pictures of each render drive the objectives, by one measure for all recipes: a recipe
    /// may maximize additional terms, or another function of the activations.
    private func drives(on renderings: [Rendering]) throws -> [[Float]] {
        let own = renderings.map { $0.pictures.map(\.activation) }
        guard Set(jobs.map(\.name)).count > 1, objectives.allSatisfy({ $0.activationPart != nil }) else { return own }
        let references = try model.references(for: objectives, photographs: jobs.flatMap(\.photographs))
        var drives: [[Float]] = []
        for rendering in renderings {
            let all = try model.activations(
                of: objectives, on: rendering.pictures.map(\.image), references: references)
            drives.append(all.indices.map { all[$0][$0] })
        }
        return drives
    }

    /// The number of columns, such that each objective, or else each seed, has a column; nil to choose automatically.
    var columns: Int? {
        if objectives.count > 1 { return min(objectives.count, 12) }
        let seeds = Set(jobs.map(\.seed)).count
        return seeds > 1 && seeds < jobs.count ? min(seeds, 12) : nil
    }

    /// The first line of each picture's caption: what distinguishes it from the others.
    var captions: [String] {
        let labels = PictureDisplay.split(objectiveWords).captions
        let (hasNames, hasSeeds) = (Set(jobs.map(\.name)).count > 1, Set(jobs.map(\.seed)).count > 1)
        return jobs.flatMap { job in
            objectives.indices.map { index in
                let parts =
                    (objectives.count > 1 ? [labels[index]] : []) + (hasNames ? [".\(job.name.rawValue)"] : [])
                    + (hasSeeds ? ["seed \(Int64(bitPattern: job.recipe.seeds[index]))"] : [])
                return parts.joined(separator: ", ")
            }
        }
    }

    /// The sheet's title: "blocks.5.mlp neuron 42 of vit, 3 seeds".
    var title: String {
        let what = objectives.count == 1 ? objectiveWords[0] : PictureDisplay.split(objectiveWords).title
        let counts = [(Set(jobs.map(\.name)).count, "recipes"), (Set(jobs.map(\.seed)).count, "seeds")]
        let several = counts.filter { $0.0 > 1 }.map { "\($0.0) \($0.1)" }
        return ([what.map { "\($0) of \(model.name)" } ?? model.name] + several).joined(separator: ", ")
    }

    private var objectiveWords: [String] {
        objectives.map {
            $0.words { [model] in $0.words(in: try? model.layer($0.layer).shape, classes: model.classes) }
        }
    }
}
