import Cells
import VitrineEngine

/// Several renders of the same objectives, one after the other: from several seeds, or by several recipes.
///
/// Each is what it would be alone, byte for byte; together they make one sheet.
struct RenderSeries {
    /// One render of all objectives.
    struct Order {
        /// How the pictures are sought.
        let name: RecipeName
        /// Where the first picture's randomness starts.
        let seed: UInt64
        /// Everything that makes them.
        let recipe: Recipe
        /// The photographs that they start from or are compared with.
        let photographs: [Image]
    }

    /// The model.
    let model: Model
    /// What was asked for, before recipes add what they always add.
    let objectives: [Objective]
    /// The renders, in the order in which they are made.
    let orders: [Order]
    /// Where known pictures are, and where these are kept; nil for neither.
    let cache: PictureCache?

    /// Renders with a live sheet. Interrupting ends the series, and keeps what is there.
    func render(in run: CellRun) throws -> SeriesValue {
        let live = LiveSeries(in: run.execution, self)
        var done: [Rendering] = []
        for order in orders {
            let rendering = try order.recipe.rendering(
                by: model, photographs: order.photographs, cache: cache, in: run,
                onStep: { live.update($0, after: done) })
            done.append(rendering)
            if run.isCancelled { break }
        }
        let value = try SeriesValue(done, of: self, drives: drives(on: done), cell: run.source)
        live.finish(value.bundle)
        run.didShow(value, id: live.id)
        return value
    }

    /// How strongly the pictures of each render drive what was asked for, by one measure for all recipes: a recipe may
    /// maximize more than that, or another number of it.
    private func drives(on renderings: [Rendering]) throws -> [[Float]] {
        let own = renderings.map { $0.pictures.map(\.activation) }
        guard Set(orders.map(\.name)).count > 1, objectives.allSatisfy({ $0.activationPart != nil }) else { return own }
        let references = try model.references(for: objectives, photographs: orders.flatMap(\.photographs))
        var drives: [[Float]] = []
        for rendering in renderings {
            let all = try model.activations(
                of: objectives, on: rendering.pictures.map(\.image), references: references)
            drives.append(all.indices.map { all[$0][$0] })
        }
        return drives
    }

    /// How many pictures stand in a row, so that each objective, or else each seed, has a column.
    var columns: Int? {
        if objectives.count > 1 { return min(objectives.count, 12) }
        let seeds = Set(orders.map(\.seed)).count
        return seeds > 1 && seeds < orders.count ? min(seeds, 12) : nil
    }

    /// What stands under each picture in the first line: what tells it from the others.
    var captions: [String] {
        let labels = PictureDisplay.split(objectiveWords).captions
        let (hasNames, hasSeeds) = (Set(orders.map(\.name)).count > 1, Set(orders.map(\.seed)).count > 1)
        return orders.flatMap { order in
            objectives.indices.map { index in
                let parts =
                    (objectives.count > 1 ? [labels[index]] : []) + (hasNames ? [".\(order.name.rawValue)"] : [])
                    + (hasSeeds ? ["seed \(Int64(bitPattern: order.recipe.seeds[index]))"] : [])
                return parts.joined(separator: ", ")
            }
        }
    }

    /// What the sheet is of: "blocks.5.mlp neuron 42 of vit, 3 seeds".
    var title: String {
        let what = objectives.count == 1 ? objectiveWords[0] : PictureDisplay.split(objectiveWords).title
        let counts = [(Set(orders.map(\.name)).count, "recipes"), (Set(orders.map(\.seed)).count, "seeds")]
        let several = counts.filter { $0.0 > 1 }.map { "\($0.0) \($0.1)" }
        return ([what.map { "\($0) of \(model.name)" } ?? model.name] + several).joined(separator: ", ")
    }

    private var objectiveWords: [String] {
        objectives.map {
            $0.words { [model] in $0.words(in: try? model.layer($0.layer).shape, classes: model.classes) }
        }
    }
}
