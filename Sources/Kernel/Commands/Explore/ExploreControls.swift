import Jupyter
import Platform
import VitrineEngine

/// The controls of a panel. The choices of each depend on the others.
struct ExploreControls: Sendable {
    /// All of them, one below the other.
    let column: Widget

    private let part: Widget
    private let sublayer: Widget
    private let neuron: Widget
    private let rows: Widget
    private let seed: Widget
    private let steps: Widget
    private let switches: ExploreSwitches
    private let model: Model
    private let parts: ModelParts

    private static let seeds = Int(Int32.min)...Int(Int32.max)

    /// Creates the controls, set to `settings`, whose layer is one of `parts`.
    init(_ model: Model, _ parts: ModelParts, at settings: ExploreSettings) {
        self.model = model
        self.parts = parts
        let position = parts.position(of: settings.target.layer) ?? parts.middle
        let sublayers = parts.all[position.part].sublayers
        let shape = sublayers[position.sublayer].layer.shape
        let index = if case .indices(let indices) = settings.target.features { indices.first ?? 0 } else { 0 }
        part = .choiceSlider("block", parts.all.map(\.name), index: position.part)
        sublayer = .menu("sublayer", sublayers.map(\.name), index: position.sublayer)
        neuron = .slider("neuron", index, in: 0...shape.features - 1)
        rows = .choiceSlider(
            "patch", shape.rowChoices.map(shape.words),
            index: shape.rowChoices.firstIndex(of: settings.target.tokens) ?? 0)
        seed = .number("seed", settings.seed, in: Self.seeds)
        steps = .number("steps", settings.steps, in: 1...Recipe.mostSteps)
        switches = ExploreSwitches(model, shown: parts.all[position.part].block)
        column = .column([part, sublayer, neuron, rows, seed, steps, switches.row])
    }

    /// The settings of the controls.
    var settings: ExploreSettings {
        let layer = layer
        let choices = layer.shape.rowChoices
        return ExploreSettings(
            target: Target(
                model: model.name, layer: layer.address,
                features: .indices([number(neuron, "value", in: 0...layer.shape.features - 1)]),
                tokens: choices[number(rows, "index", in: 0...choices.count - 1)]),
            steps: number(steps, "value", in: 1...Recipe.mostSteps),
            seed: number(seed, "value", in: Self.seeds), off: switches.off)
    }

    /// Updates the other controls' choices after the user has changed one.
    ///
    /// - Returns: the events for the front-end.
    func follow(_ changed: Widget) -> [CommEvent] {
        if changed === part {
            let name = sublayer["_options_labels"]?[sublayer["index"]?.integer ?? 0]?.string
            let kept = parts.sublayer([name, "mlp", "mlp2"].compactMap(\.self), in: partIndex)
            let names = parts.all[partIndex].sublayers.map { JSON.string($0.name) }
            return [sublayer.set(["_options_labels": .array(names), "index": .integer(kept)])] + followLayer()
                + switches.show(block: parts.all[partIndex].block)
        }
        switches.follow(changed)
        return changed === sublayer ? followLayer() : []
    }

    /// Updates the choices in the layer. The neuron and the patch stay the same, if the layer has them.
    private func followLayer() -> [CommEvent] {
        let shape = layer.shape
        let neuronIndex = number(neuron, "value", in: 0...shape.features - 1)
        let choices = shape.rowChoices.map { shape.words(for: $0) }
        let chosen = rows["_options_labels"]?[rows["index"]?.integer ?? 0]?.string ?? ""
        return [
            neuron.set(["max": .integer(shape.features - 1), "value": .integer(neuronIndex)]),
            rows.set([
                "_options_labels": .array(choices.map { .string($0) }),
                "index": .integer(choices.firstIndex(of: chosen) ?? 0),
            ]),
        ]
    }

    private var partIndex: Int { number(part, "index", in: 0...parts.all.count - 1) }

    private var layer: Layer {
        let sublayers = parts.all[partIndex].sublayers
        return sublayers[number(sublayer, "index", in: 0...sublayers.count - 1)].layer
    }

    /// Returns a widget's number, clamped to `range`, since the front-end may send any number.
    private func number(_ widget: Widget, _ name: String, in range: ClosedRange<Int>) -> Int {
        min(max(widget[name]?.integer ?? range.lowerBound, range.lowerBound), range.upperBound)
    }
}
