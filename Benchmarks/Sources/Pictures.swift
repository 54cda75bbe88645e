import Foundation
import VitrineEngine

/// Pictures of neurons, a line for each on standard input: by the default recipe, or by the stages in a file.
///
/// The file holds an array of ``RenderStage`` as JSON, so that procedures can be compared without building each.
enum Pictures {
    /// "block neuron steps path" each: writes the picture, and answers with the seconds that this took.
    static func make(of path: String, stages: String? = nil) throws {
        let (model, stages) = (try Model.load(path), try stages.map(read))
        while let words = words(4), let steps = Int(words[2]) {
            let clock = Clock()
            let recipe = try recipe(model, words, stages, steps: steps)
            let rendering = try Renderer(subject: model, recipe: recipe).run()
            try rendering.pictures[0].image.write(to: words[3])
            answer("\(clock.elapsed)")
        }
    }

    /// "block neuron folder" each, for `quality/time_to_picture.py`: writes the picture after each step as `STEP.png`.
    ///
    /// Answers with the seconds that had gone by at each, without those of writing pictures.
    static func watch(_ path: String, stages: String? = nil) throws {
        let (model, stages) = (try Model.load(path), try stages.map(read))
        while let words = words(3) {
            var clock = Clock()
            var (seconds, times): (Double, [Double]) = (0, [])
            let recipe = try recipe(model, words, stages, steps: nil)
            _ = try Renderer(subject: model, recipe: recipe).run { progress in
                seconds += clock.elapsed
                times.append(seconds)
                try? progress.snapshot()[0].write(to: "\(words[2])/\(progress.step).png")
                clock = Clock()
            }
            answer(times.map { "\($0)" }.joined(separator: " "))
        }
    }

    private static func words(_ count: Int) -> [String]? {
        guard let line = readLine() else { return nil }
        let words = line.split(separator: " ", maxSplits: count - 1).map(String.init)
        return words.count == count ? words : nil
    }

    private static func read(_ path: String) throws -> [RenderStage] {
        try JSONDecoder().decode([RenderStage].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static func recipe(
        _ model: Model, _ words: [String], _ stages: [RenderStage]?, steps: Int?
    ) throws -> Recipe {
        let layer = try model.layer("blocks.\(words[0]).mlp").address
        let target = Target(model: model.name, layer: layer, features: .indices([Int(words[1]) ?? 0]))
        var recipe = try Recipe(.vitrine, for: [.mean(target)], in: model, seeds: [1], steps: steps)
        if let stages { recipe.stages = stages }
        return recipe
    }
}
