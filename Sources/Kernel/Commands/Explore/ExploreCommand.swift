import Cells
import Jupyter
import VitrineEngine

/// The command `explore`.
enum ExploreCommand {
    /// The start of a panel.
    private enum Place {
        case model(ModelValue)
        case layer(LayerValue)
        case target(TargetValue)
        case photograph(Photograph)
    }

    private static let place = Argument<Place>(
        "place", label: nil, .oneOf([.object(.model), .object(.layer), .object(.target), .object(.image)]),
        summary: "where to start: a model, one of its layers, a neuron; or a photograph, whose patches are compared"
    ) { value in
        ModelValue.read(value).map { .model($0) } ?? LayerValue.read(value).map { .layer($0) }
            ?? TargetValue.read(value).map { .target($0) } ?? Photograph.read(value).map { .photograph($0) }
    }
    private static let steps = Argument<Int?>(
        "steps", default: nil, summary: "the initial number of gradient steps; the recipe's own if left out")
    private static let photo = Argument<Photograph?>(
        "photo", label: "at", default: nil,
        summary: "a photograph whose classes the panel shows; those of the picture itself if left out")
    private static let seed = Argument<Int>("seed", default: 0, summary: "the initial seed")

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - widgets: the session's widgets, to which panels are added.
    ///   - names: the names of models in cells.
    static func make(_ widgets: OpenWidgets, _ names: ModelNames) -> Command {
        Command(
            Signature(
                "explore", [place, steps, seed, RecipeArguments.recipe, photo] + FeatureExplore.arguments,
                result: .object(.panel),
                summary:
                    "Opens a panel: sliders for block, sublayer, neuron, patch, seed and steps; the picture follows.",
                discussion:
                    "Every block and every head has a switch: without it, the picture and the classes follow. "
                    + "The panel stays live while cells run. A saved notebook keeps its last picture, with the cell that "
                    + "makes it. Its button inserts the cell that makes the picture into the notebook, as does "
                    + "`panel.insertCell()`; `panel.wait()` returns the picture.\n\n" + FeatureExplore.discussion,
                example: "explore(vit)")
        ) { arguments, run in
            if case .photograph(let photograph) = arguments[place] {
                return .object(try FeatureExplore.open(photograph, arguments, widgets, names, in: run))
            }
            try FeatureExplore.refuse(arguments)
            let recipe = arguments[RecipeArguments.recipe]
            let (model, parts, target) = try start(arguments)
            var settings = ExploreSettings(target: target, steps: 1, seed: arguments[seed])
            let first = try settings.recipe(recipe, in: model, steps: arguments[steps])
            try first.validate()
            settings.steps = first.totalSteps
            let panel = try ExplorePanel(
                model, parts, at: settings, recipe: recipe, photograph: try arguments[photo]?.image, names: names,
                in: run.execution)
            widgets.open(panel.widget, in: run.execution, listener: panel)
            panel.draw()
            return .object(panel)
        }
    }

    /// Returns the model, its parts and the first target.
    private static func start(_ arguments: Arguments) throws -> (Model, ModelParts, Target) {
        switch arguments[place] {
        case .photograph:
            throw arguments.complaint(about: place, "A photograph is explored with `in:` and a model.")
        case .model(let value):
            let parts = ModelParts(value.model)
            let middle = parts.middle
            return (
                value.model, parts, first(parts.all[middle.part].sublayers[middle.sublayer].layer, of: value.model)
            )
        case .layer(let value):
            let parts = ModelParts(value.model)
            guard parts.position(of: value.layer.address) != nil else {
                throw arguments.complaint(
                    about: place, "\(value.layer.address) has no neurons to render. Start with another layer.")
            }
            return (value.model, parts, first(value.layer, of: value.model))
        case .target(let value):
            let shape = try value.model.layer(value.target.layer).shape
            guard case .indices(let neurons) = value.target.features, neurons.count == 1,
                shape.rowChoices.contains(value.target.tokens)
            else {
                throw arguments.complaint(
                    about: place,
                    "A panel shows one neuron, in all patches or in one: start with `.neuron(0)` or "
                        + "`.neuron(0).patch(27)`."
                )
            }
            return (value.model, ModelParts(value.model), value.target)
        }
    }

    private static func first(_ layer: Layer, of model: Model) -> Target {
        Target(model: model.name, layer: layer.address, features: .indices([0]))
    }
}
