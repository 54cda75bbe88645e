import Foundation
import VitrineEngine

// neurons [MODEL] [STEPS] [FILE.png]: what drives four neurons most, in one sheet.
let arguments = CommandLine.arguments
let name = arguments.count > 1 ? arguments[1] : "vit"
let steps = arguments.count > 2 ? Int(arguments[2]) : nil
let path = arguments.count > 3 ? arguments[3] : "neurons.png"

do {
    // A name that is built in or downloads, or the path of a checkpoint.
    let model = try Model.load(name)
    print("\(model.name): \(model.family), \(model.parameterCount) parameters")

    // Where to look: the first four features of this layer, each over all patches.
    let layer = try model.layer("blocks.\(model.blockCount / 2).mlp")
    print(layer.summary)
    let neurons = try Target(model: model.name, layer: layer.address, features: .indices([0, 1, 2, 3]))
        .oneByOne(in: layer.shape)

    // How to look: a recipe is a value, with everything that makes the pictures again.
    let recipe = try Recipe(
        .vitrine, for: neurons.map { .mean($0) }, in: model, seeds: [0, 1, 2, 3], steps: steps)
    let rendering = try Renderer(subject: model, recipe: recipe).run { progress in
        if progress.step.isMultiple(of: 64) { print("step \(progress.step) of \(progress.steps)") }
    }

    // What was seen.
    for picture in rendering.pictures {
        let likely = try Classification(of: picture.image, by: model).candidates[0]
        print("\(picture.label): \(picture.activation), which the model takes for \(likely.name)")
    }
    let sheet = ContactSheet(rendering.pictures.map { .init($0.image, caption: $0.label) }, title: model.name)
    try sheet.image.write(to: path, texts: [PNG.recipeKeyword: rendering.recipe.json()])
    print("The sheet is in \(path).")
} catch {
    // In words for people; what went wrong is in the case.
    print(error)
    exit(1)
}
