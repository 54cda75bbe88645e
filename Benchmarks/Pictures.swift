import Engine
import Foundation

/// Pictures of neurons by the default recipe, for `quality/compare.py`: a line "block neuron steps path" each on standard
/// input.
enum Pictures {
    static func make(of path: String) throws {
        let model = try Model.load(path)
        while let line = readLine() {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            guard words.count == 4, let neuron = Int(words[1]), let steps = Int(words[2]) else { continue }
            let layer = try model.layer("blocks.\(words[0]).mlp").address
            let target = Target(model: model.name, layer: layer, features: .indices([neuron]))
            let recipe = try Recipe(.vitrine, for: [.mean(target)], in: model, seeds: [1], steps: steps)
            let rendering = try Renderer(subject: model, recipe: recipe).run()
            try rendering.pictures[0].image.write(to: words[3])
        }
    }
}
