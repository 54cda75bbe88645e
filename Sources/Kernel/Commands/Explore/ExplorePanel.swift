import Cells
import Jupyter
import Platform
import VitrineEngine

/// The result of `explore`: a panel of controls and the picture that they set.
///
/// Pictures are rendered on the panel's own thread, also while cells run. A change of the controls cancels the picture
/// that is being rendered.
final class ExplorePanel: TabledObject, Displayable, WidgetListener {
    private let model: Model
    /// The photograph that the model classifies; nil for the picture itself.
    private let photograph: Image?
    private let recipe: RecipeName
    private let defaultSteps: Int
    private let names: ModelNames
    private let view: ExploreView
    private let execution: Execution
    private let snapshot: PanelSnapshot
    private let drawing: Monitor<Drawing>

    /// The state that the panel shares with its thread.
    private struct Drawing {
        /// The settings of the controls.
        var settings: ExploreSettings
        /// The number of requests so far.
        var requests = 0
        /// Cancels the picture that is being rendered.
        var cancellation = Cancellation()
        /// Whether the thread is running.
        var isRunning = false
        /// The latest picture, or the error that prevented it.
        var outcome: Result<PictureValue, EngineError>?
    }

    /// Creates a panel for pictures with a recipe, and renders nothing yet.
    ///
    /// - Parameter execution: the execution of the cell in whose output the panel is shown.
    init(
        _ model: Model, _ parts: ModelParts, at settings: ExploreSettings, recipe: RecipeName, photograph: Image? = nil,
        names: ModelNames, in execution: Execution
    ) throws(EngineError) {
        self.photograph = photograph
        let defaults = try settings.recipe(recipe, in: model, steps: nil)
        self.model = model
        self.recipe = recipe
        self.names = names
        self.execution = execution
        snapshot = PanelSnapshot(in: execution)
        defaultSteps = defaults.totalSteps
        view = ExploreView(
            ExploreControls(model, parts, at: settings), width: defaults.lastStage.width,
            height: defaults.lastStage.height)
        drawing = Monitor(Drawing(settings: settings))
    }

    /// The root of its widgets.
    var widget: Widget { view.whole }

    var kind: ValueKind { .panel }
    var plainText: String {
        "explore(\(model.name)): a panel with a picture and sliders. If you do not see it, the front-end has no widgets; "
            + "JupyterLab has them after `pip install jupyterlab_widgets`."
    }
    /// The panel. The snapshot that stays in a saved notebook is displayed beside it.
    var bundle: MIMEBundle {
        snapshot.begin(plainText)
        return view.whole.bundle(plain: plainText)
    }

    static let memberTable: MemberTable<ExplorePanel> = [
        .property("cell", .string, "the cell that makes the panel's picture") { .string($0.cell) },
        .method(
            Signature(
                "insertCell",
                summary: "Puts the cell that makes the picture into the notebook, below the one that runs.",
                example: "panel.insertCell()")
        ) { (panel, _, run: CellRun) in
            run.ask(Payload.nextCell(panel.cell))
            return .void
        },
        .method(
            Signature(
                "wait", result: .object(.picture), summary: "Waits until the picture is finished, and returns it.",
                example: "panel.wait().activation")
        ) { (panel, _, run: CellRun) in .object(try panel.picture(waiting: run)) },
    ]

    /// The cell that makes the panel's picture.
    private var cell: String { cell(for: drawing.withLock { $0.settings }) }

    private func cell(for settings: ExploreSettings) -> String {
        settings.cell(
            of: names.expression(for: model), classes: model.classes, recipe: recipe, defaultSteps: defaultSteps)
    }

    private func picture(waiting run: CellRun) throws -> PictureValue {
        while true {
            let outcome = drawing.wait(seconds: 0.05) { $0.isRunning ? nil : $0.outcome }
            if let outcome { return try outcome.get() }
            if run.isCancelled { throw CellError(.interrupted, "Interrupted.") }
        }
    }
}

// The user's actions.
extension ExplorePanel {
    func changed(_ widget: Widget, to values: [String: JSON]) {
        for event in view.controls.follow(widget) { execution.send(event) }
        let settings = view.controls.settings
        if settings != drawing.withLock({ $0.settings }) { draw(settings) }
    }

    func clicked(_ widget: Widget) {
        guard widget === view.button else { return }
        let isStopped = drawing.withLock { drawing in
            drawing.cancellation.request()
            return drawing.isRunning
        }
        if !isStopped { draw(view.controls.settings) }
    }

    func shownElsewhere() { snapshot.markStale() }
}

// The pictures.
extension ExplorePanel {
    /// Renders the picture that the controls set.
    func draw() { draw(view.controls.settings) }

    private func draw(_ settings: ExploreSettings) {
        let isFirst = drawing.withLock { drawing in
            drawing.settings = settings
            drawing.requests += 1
            drawing.cancellation.request()
            defer { drawing.isRunning = true }
            return !drawing.isRunning
        }
        if isFirst { startThread(name: "explore", stackBytes: 8 << 20) { [self] in drawUntilUpToDate() } }
    }

    private func drawUntilUpToDate() {
        var drawn = 0
        while true {
            let cancellation = Cancellation()
            let next: (settings: ExploreSettings, request: Int)? = drawing.withLock { drawing in
                if drawing.requests == drawn {
                    drawing.isRunning = false
                    return nil
                }
                drawing.cancellation = cancellation
                return (drawing.settings, drawing.requests)
            }
            guard let next else { return drawing.wake() }
            let outcome = draw(next.settings, cancellation) { self.drawing.withLock { $0.requests == next.request } }
            drawing.withLock { $0.outcome = outcome }
            drawn = next.request
        }
    }

    /// Renders one picture.
    ///
    /// - Parameter isCurrent: returns whether this is still the latest request.
    private func draw(
        _ settings: ExploreSettings, _ cancellation: Cancellation, isCurrent: () -> Bool
    ) -> Result<PictureValue, EngineError> {
        let sentence = settings.target.sentence(in: model)
        send(view.begin(sentence, cell: cell(for: settings)))
        do throws(EngineError) {
            let model = try settings.model(from: model)
            if let photograph { try classify(photograph, by: model, "the photograph") }
            let recipe = try settings.recipe(recipe, in: model, steps: settings.steps)
            var pace = FramePace.picture
            let rendering = try Renderer(subject: model, recipe: recipe).run(cancellation: cancellation) { progress in
                guard progress.step < progress.steps, !cancellation.isRequested else { return }
                pace.showIfDue { send(view.show(progress, sentence)) }
            }
            let picture = try PictureValue(rendering, cell: cell(for: settings))
            if isCurrent() {
                send(try view.finish(picture, sentence, note: snapshot.note))
                if photograph == nil { try classify(picture.image, by: model, "this picture") }
                snapshot.keep(picture.bundle)
            }
            return .success(picture)
        } catch {
            if isCurrent() { send(view.fail(sentence, "\(error)")) }
            return .failure(error)
        }
    }

    /// Shows what a model takes a picture for, if it has classes.
    private func classify(_ image: Image, by model: Model, _ what: String) throws(EngineError) {
        guard model.graph.layer("logits") != nil else { return }
        send([view.show(try Classification(of: image, by: model), of: "\(model.name), \(what)")])
    }

    private func send(_ events: [CommEvent]) {
        for event in events { execution.send(event) }
    }
}
