import Jupyter
import Cells
import Foundation
import VitrineEngine

/// The command `atlas`, which renders every neuron of some layers into a folder of web pages.
enum AtlasCommand {
    private static let model = Argument<ModelValue>(
        "model", label: nil, .oneOf([.object(.model), .object(.latentDictionary)]),
        summary: "the model, or a dictionary of latents, which are then the layer if `layers` is left out"
    ) { value in
        ModelValue.read(value) ?? (value.object as? DictionaryValue).map { ModelValue($0.latents.model) }
    }
    private static let layers = Argument<[String]>(
        "layers", .oneOf([.string, .list(.string)]), default: "blocks.*.mlp",
        summary: "which layers: an address, or a pattern in which * stands for anything between two dots"
    ) { String.read($0).map { [$0] } ?? [String].read($0) }
    private static let folder = Argument<String>(
        "folder", label: "in", summary: "the folder: a new one, or an atlas to continue",
        completes: PathSource.destination)
    private static let neurons = Argument<Range<Int>?>(
        "neurons", default: nil, summary: "which neurons of each layer; all if left out")
    private static let seeds = Argument<Int>(
        "seeds", default: 1,
        summary: "how many pictures of each neuron; with two or more, the pages show how well they agree")
    private static let photographs = Argument<String?>(
        "photographs", default: nil,
        summary: "a folder of photographs; the pages show those that drive each neuron most",
        completes: PathSource.destination)
    private static let trust = Argument<AtlasTrust>(
        "trust", default: .brief,
        summary:
            "with photographs, what is measured of whether pictures are to be trusted: what needs no further pictures, or "
            + "with `.full` also how well they tell strong from weak photographs, which needs twice as many pictures")
    private static let labels = Argument<[NeuronLabels]>(
        "labels", .oneOf([.object(.labels), .list(.object(.labels))]), default: .array([]),
        summary: "what `label` found for layers of this model, or a list of these; the pages show and find the words"
    ) { value in
        LabelsValue.read(value).map { [$0.labels] } ?? [LabelsValue].read(value)?.map(\.labels)
    }
    private static let seed = Argument<Seed>("seed", default: 0, summary: "the first picture's seed")
    private static let plansOnly = Argument<Bool>(
        "plan", default: false, summary: "only estimate the number of pictures, the time and the disk space")

    static let atlas = Command(
        Signature(
            "atlas",
            [
                model, layers, folder, neurons, seeds, photographs, trust, labels, RecipeArguments.steps, seed,
                RecipeArguments.size, RecipeArguments.recipe, plansOnly,
            ],
            result: .object(.atlas),
            summary: "Renders every neuron of some layers into a folder of web pages.",
            discussion:
                "Each picture is kept as soon as its sheet is done. Interrupting loses only the sheet that is being "
                + "made; the same command continues from there and renders what is missing. Several runs, even on "
                + "other machines, can work in one folder. `vitrine atlas` does the same in a shell, and `vitrine "
                + "atlas --check` lists what is missing.",
            example: "atlas(vit, layers: \"blocks.*.mlp\", in: \"atlas\", neurons: 0..<64)")
    ) { arguments, run in
        let request = request(arguments)
        if let other = request.labels.first(where: { $0.model != request.model.name }) {
            throw arguments.complaint(
                about: labels, "These are words for neurons of \(other.model), not of \(request.model.name).")
        }
        if arguments[plansOnly] {
            let estimate = try ProgressLine.during("checking", in: run.execution) { line in
                try request.estimate(run.cancellation) { line.update(done: $0, of: $1, .things("picture")) }
            }
            return .object(AtlasValue(folder: request.folder, words: estimate.words, isMade: false))
        }
        let live = LiveSheet(in: run.execution, title: "Atlas of \(request.model.name)")
        let outcome = try live.during { try render(request, live, run) }
        if live.isShown { live.finish(MIMEBundle(plain: "The pictures are in \(request.folder).")) }
        return .object(AtlasValue(folder: request.folder, words: outcome.words, isMade: true))
    }

    /// Renders and writes the pages; shows the progress, and the sheet that is being rendered.
    static func render(_ request: AtlasRequest, _ live: LiveSheet, _ run: CellRun) throws -> AtlasOutcome {
        try ProgressLine.during("atlas", in: run.execution) { line in
            var report: AtlasProgress?
            return try request.run(
                run.cancellation,
                AtlasRequest.Listener(
                    checking: { line.update(done: $0, of: $1, .things("picture"), title: "checking what is there") },
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
                                zip(soFar.snapshot(), neurons).map {
                                    .init($0, caption: "\(Target.featureNoun(of: layer)) \($1)")
                                }, title: layer)
                        }
                    },
                    measuring: {
                        line.update(done: $1, of: $2, .things($0 == "trust" ? "neuron" : "file"), title: $0)
                    },
                    pages: { line.update(done: $0.done, of: $0.total, .things("picture"), title: "pages: \($0.title)") }
                ))
        }
    }

    private static func request(_ arguments: Arguments) -> AtlasRequest {
        let value = arguments[model]
        let model = value.model
        var request = AtlasRequest(model: model, source: model.source, folder: arguments[folder])
        request.layers = arguments[layers]
        if !arguments.wasGiven(layers), let last = model.interventions.last, last.dictionary != nil {
            request.layers = ["\(last.layer).\(Model.latents)"]
        }
        request.classes = value.classes.map { $0 == "imagenet" ? $0 : absolutePath(ofFile: $0) ?? $0 }
        request.neurons = arguments[neurons]
        request.seeds = arguments[seeds]
        request.photographs = arguments[photographs].map { ($0 as NSString).expandingTildeInPath }
        request.trust = arguments[trust]
        request.labels = arguments[labels]
        request.settings = AtlasPlan.Settings(
            recipe: arguments[RecipeArguments.recipe], steps: arguments[RecipeArguments.steps],
            size: arguments[RecipeArguments.size], seed: arguments[seed].number)
        return request
    }
}

extension AtlasTrust: ArgumentChoice {}

extension AtlasProgress {
    /// Why there is no progress, if there is none.
    var note: String? { waitingFor > 0 ? "another run is making the last \(waitingFor)" : nil }
}

extension Model {
    /// The argument with which `load` loads the model again, as far as it is known.
    var source: String { origin == "built in" ? baseName : absolutePath(ofFile: origin) ?? baseName }
}
