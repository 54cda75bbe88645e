import VitrineEngine

/// How long a model takes until it can be used, and what memory that costs.
enum LoadTime {
    /// Loads a file of weights and prints seconds, the process's peak and its own (unmapped) memory in bytes, and the seconds
    /// by which the first step in the last block takes longer than the next.
    static func print(_ path: String) throws {
        let clock = Clock()
        let model = try Model.load(path)
        let seconds = clock.elapsed
        let (peak, own) = (Memory.peak, Memory.own)
        let layer = try model.layer("blocks.\(model.blockCount - 1).mlp").address
        var recipe = Steps.recipe(model, layer: layer)
        recipe.stopAfter = 2
        var step = Clock()
        var steps: [Double] = []
        _ = try Renderer(subject: model, recipe: recipe).run { _ in
            steps.append(step.elapsed)
            step = Clock()
        }
        Swift.print("\(seconds)\t\(peak)\t\(own)\t\(steps[0] - steps[1])")
    }
}
