import Engine
import Foundation

/// Pictures of neurons by the default recipe, a line for each on standard input.
enum Pictures {
    /// "block neuron steps path" each: writes the picture, and answers with the seconds that this took.
    static func make(of path: String) throws {
        let model = try Model.load(path)
        while let words = words(4), let steps = Int(words[2]) {
            let clock = Clock()
            let recipe = try recipe(model, words, steps: steps)
            let rendering = try Renderer(subject: model, recipe: recipe).run()
            try rendering.pictures[0].image.write(to: words[3])
            answer("\(clock.elapsed)")
        }
    }

    /// "block neuron folder" each, for `quality/time_to_picture.py`: writes the picture after each step as `STEP.png`.
    ///
    /// Answers with the seconds that had gone by at each, without those of writing pictures.
    static func watch(_ path: String) throws {
        let model = try Model.load(path)
        while let words = words(3) {
            var clock = Clock()
            var (seconds, times): (Double, [Double]) = (0, [])
            let recipe = try recipe(model, words, steps: nil)
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

    private static func recipe(_ model: Model, _ words: [String], steps: Int?) throws -> Recipe {
        let layer = try model.layer("blocks.\(words[0]).mlp").address
        let target = Target(model: model.name, layer: layer, features: .indices([Int(words[1]) ?? 0]))
        return try Recipe(.vitrine, for: [.mean(target)], in: model, seeds: [1], steps: steps)
    }
}
