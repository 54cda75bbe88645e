import Jupyter
import Cells
import Foundation
import VitrineEngine

/// The command that renders every neuron of some layers into a folder of pages.
enum AtlasCommand {
    static let atlas = Command(
        Signature(
            "atlas",
            [
                Parameter(label: nil, name: "model", .object(.model), summary: "the model"),
                Parameter(
                    "layers", .oneOf([.string, .list(.string)]), default: "\"blocks.*.mlp\"",
                    summary: "which layers: an address, or a pattern in which * stands for anything between two dots",
                    completions: "layers"),
                Parameter(
                    label: "in", name: "folder", .string, summary: "the folder: a new one, or an atlas to continue",
                    completions: "files"),
                Parameter(
                    "neurons", .optional(.range), default: "nil",
                    summary: "which neurons of each layer; all if left out"),
                Parameter(
                    "seeds", .integer, default: "1",
                    summary: "how many pictures of each neuron; with two or more, the pages say how well they agree"),
                Parameter(
                    "photographs", .optional(.string), default: "nil",
                    summary: "a folder of photographs; the pages show those that drive each neuron most",
                    completions: "files"),
                .recipeSteps,
                Parameter("seed", .integer, default: "0", summary: "the first picture's seed"),
                .pictureSize, .recipe,
                Parameter(
                    "plan", .boolean, default: "false",
                    summary: "only estimate the number of pictures, the time and the disk space"),
            ],
            result: .object(.atlas),
            summary: "Renders every neuron of some layers into a folder of web pages.",
            discussion:
                "Each picture is kept as soon as its sheet is done. Interrupting loses the sheet that is being made; the "
                + "same command continues from there and renders only what is missing. Several runs, even on other machines, "
                + "can work in one folder. `vitrine atlas` does the same in a shell, `vitrine atlas --check` says what is "
                + "missing.",
            example: "atlas(vit, layers: \"blocks.*.mlp\", in: \"atlas\", neurons: 0..<64)")
    ) { arguments, context in
        let run = context.run
        let order = try order(arguments)
        if try arguments.boolean("plan") {
            let estimate = try ProgressLine.during("looking", in: run.execution) { line in
                try order.estimate(run.cancellation) { line.update(done: $0, of: $1, .things("picture")) }
            }
            return .object(AtlasValue(folder: order.folder, words: estimate.words, isMade: false))
        }
        let live = LiveSheet(in: run.execution, title: "Atlas of \(order.model.name)")
        let outcome = try live.during { try carryOut(order, live, run) }
        if live.isShown { live.finish(MIMEBundle(plain: "The pictures are in \(order.folder).")) }
        return .object(AtlasValue(folder: order.folder, words: outcome.words, isMade: true))
    }

    /// Renders and makes the pages; shows the count, and the sheet that is being rendered.
    private static func carryOut(_ order: AtlasOrder, _ live: LiveSheet, _ run: CellRun) throws -> AtlasOutcome {
        try ProgressLine.during("atlas", in: run.execution) { line in
            var report: AtlasProgress?
            return try order.carryOut(
                run.cancellation,
                AtlasOrder.Listener(
                    looking: { line.update(done: $0, of: $1, .things("picture"), title: "checking what is there") },
                    estimate: { run.write("\($0.words)\n", toStandardError: false) },
                    rendering: {
                        report = $0
                        line.update(
                            done: $0.done, of: $0.total, .things("picture"), title: "rendering", note: $0.note,
                            secondsLeft: $0.secondsLeft)
                    },
                    sheet: { layer, neurons, soFar in
                        guard let report else { return }
                        live.update(
                            done: report.done, of: report.total, unit: "picture", secondsLeft: report.secondsLeft
                        ) {
                            ContactSheet(
                                zip(soFar.snapshot(), neurons).map { .init($0, caption: "neuron \($1)") }, title: layer)
                        }
                    },
                    pages: { line.update(done: $0.done, of: $0.total, .things("picture"), title: "pages: \($0.title)") }
                ))
        }
    }

    private static func order(_ arguments: Arguments) throws -> AtlasOrder {
        let value = try arguments.object("model", as: ModelValue.self)
        let model = value.model
        let layers = try arguments.value("layers")
        var order = AtlasOrder(model: model, source: model.source, folder: try arguments.string("folder"))
        order.layers = layers.string.map { [$0] } ?? (layers.array ?? []).compactMap(\.string)
        order.classes = value.classes.map { $0 == "imagenet" ? $0 : absolutePath(ofFile: $0) ?? $0 }
        order.neurons = arguments.optionalRange("neurons")
        order.seeds = try arguments.integer("seeds")
        order.photographs = arguments.optionalString("photographs").map { ($0 as NSString).expandingTildeInPath }
        order.settings = AtlasPlan.Settings(
            recipe: try arguments.recipe, steps: arguments.optionalInteger("steps"),
            size: arguments.optionalInteger("size"), seed: try arguments.seed)
        return order
    }
}

extension AtlasProgress {
    /// Why nothing moves, if so.
    var note: String? { waitingFor > 0 ? "another run is making the last \(waitingFor)" : nil }
}

extension Model {
    /// What it can be loaded as again, as far as it is known.
    fileprivate var source: String { origin == "built in" ? name : absolutePath(ofFile: origin) ?? name }
}
