import Cells
import Jupyter
import VitrineEngine

/// `explore(vit)`.
enum ExploreCommand {
    /// The command; its panels are among `widgets`, and say cells in these `names`.
    static func make(_ widgets: OpenWidgets, _ names: ModelNames) -> Command {
        Command(
            Signature(
                "explore",
                [
                    Parameter(
                        label: nil, name: "place",
                        .oneOf([.object(.model), .object(.layer), .object(.target)]),
                        summary: "where to begin: a model, one of its layers, a neuron"),
                    Parameter(
                        "steps", .optional(.integer), default: "nil",
                        summary: "how many gradient steps at first; the recipe's own number if left out"),
                    Parameter("seed", .integer, default: "0", summary: "the seed at first"),
                    Parameter(
                        "recipe", .symbol(RecipeName.withoutReferences.map(\.rawValue)),
                        default: ".vitrine", summary: "the recipe; `help(render)` explains each"),
                ],
                result: .object(.panel),
                summary:
                    "Opens a panel: sliders for block, sublayer, neuron, patch, seed and steps; the picture follows.",
                discussion:
                    "The panel stays live while cells run. A saved notebook keeps its last picture, with the cell that makes it. "
                    + "Its button puts the cell that makes the picture into the "
                    + "notebook; so does `panel.insertCell()`, and `panel.wait()` returns the picture.",
                example: "explore(vit)")
        ) { arguments, context in
            let recipe = try arguments.recipe
            let (model, parts, target) = try start(arguments)
            var viewpoint = Viewpoint(target: target, steps: 1, seed: try arguments.integer("seed"))
            let first = try viewpoint.recipe(recipe, in: model, steps: arguments.optionalInteger("steps"))
            try first.validate()
            viewpoint.steps = first.totalSteps
            let panel = try ExplorePanel(
                model, parts, at: viewpoint, recipe: recipe, names: names, in: context.run.execution)
            widgets.open(panel.widget, in: context.run.execution, listener: panel)
            panel.draw()
            return .object(panel)
        }
    }

    /// The model, its parts and the first target.
    private static func start(_ arguments: Arguments) throws -> (Model, ModelParts, Target) {
        switch try arguments.value("place").object {
        case let value as ModelValue:
            let parts = ModelParts(value.model)
            let place = parts.middle
            return (value.model, parts, first(parts.all[place.part].sublayers[place.sublayer].layer, of: value.model))
        case let value as LayerValue:
            let parts = ModelParts(value.model)
            guard parts.place(of: value.layer.address) != nil else {
                throw arguments.complaint(
                    about: "place", "\(value.layer.address) has no neurons to look at. Begin at another layer.")
            }
            return (value.model, parts, first(value.layer, of: value.model))
        case let value as TargetValue:
            let shape = try value.model.layer(value.target.layer).shape
            guard case .indices(let neurons) = value.target.features, neurons.count == 1,
                shape.rowChoices.contains(value.target.tokens)
            else {
                throw arguments.complaint(
                    about: "place",
                    "A panel shows one neuron, in all patches or in one: begin at `.neuron(0)` or `.neuron(0).patch(27)`."
                )
            }
            return (value.model, ModelParts(value.model), value.target)
        default: preconditionFailure("the declaration lets nothing else in")
        }
    }

    private static func first(_ layer: Layer, of model: Model) -> Target {
        Target(model: model.name, layer: layer.address, features: .indices([0]))
    }
}
