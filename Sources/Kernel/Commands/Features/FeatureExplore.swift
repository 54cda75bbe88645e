import Cells
import Jupyter
import VitrineEngine

/// The part of `explore` that compares the patches of a photograph.
enum FeatureExplore {
    private static let place = Argument<FeaturePlace?>(
        "in", default: nil, summary: "of a photograph: the layer, or the model, whose features are compared")
    private static let others = Argument<FeatureCommands.Photographs>(
        "to", default: FeatureCommands.Photographs(values: []),
        summary: "of a photograph: others that are compared with its patch, too")
    private static let size = Argument<Int?>(
        "size", default: nil,
        summary:
            "of a photograph: its shorter side in pixels as the model sees it; that of the model's input if left out")

    static let arguments: [any ArgumentKey] = [place, others, size]

    static let discussion =
        "`explore(photo, in: vit)` compares the patches of a photograph instead: a click on it, or the arrow keys, choose a "
        + "patch, and the maps show where this photograph and the others are like it. `panel.similarity` is the result "
        + "as a value."

    /// Throws if a call without a photograph gives an argument that belongs to one.
    static func refuse(_ given: Arguments) throws {
        for key in arguments where given.wasGiven(key) {
            throw given.complaint(
                about: key,
                "`\(key.parameter.label ?? key.parameter.name)` belongs to a photograph: `explore(photo, in: vit)`.")
        }
    }

    /// Computes the features and opens the panel.
    static func open(
        _ photograph: Photograph, _ arguments: Arguments, _ widgets: OpenWidgets, _ names: ModelNames, in run: CellRun
    ) throws -> FeaturePanel {
        guard let layer = arguments[place]?.layer else {
            throw arguments.complaint(
                about: place, "A photograph is explored in a model or a layer: `explore(photo, in: vit)`.")
        }
        let all = [photograph] + arguments[others].values
        let features = try FeatureProgress.features(
            of: all.map { try $0.image }, at: layer, PatchView(side: arguments[size]), in: run)
        let expressions = try (
            photo: names.expression(for: photograph),
            others: arguments[others].values.map { try names.expression(for: $0) }
        )
        let panel = FeaturePanel(
            PatchComparison(features), names: try all.map { try $0.shortName },
            title: "\(layer.model.name) \(layer.layer.address)",
            cell: { [model = names.expression(for: layer.model), size = arguments[size]] row, column in
                let to = expressions.others.isEmpty ? "" : ", to: [\(expressions.others.joined(separator: ", "))]"
                let side = size.map { ", size: \($0)" } ?? ""
                return
                    "similarity(\(expressions.photo), from: [\(row), \(column)], at: \(model)[\"\(layer.layer.address)\"]"
                    + "\(to)\(side))"
            }, in: run.execution)
        widgets.open(panel.widget, in: run.execution, listener: panel)
        panel.answer()
        return panel
    }
}
