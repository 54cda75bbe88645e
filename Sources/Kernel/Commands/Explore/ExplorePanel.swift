import Cells
import Jupyter
import Platform
import VitrineEngine

/// What `explore` returns: a panel of controls and the picture that they ask for.
///
/// Pictures are drawn on a thread of the panel's own, while cells run or not. It draws only what the controls ask for
/// now: a picture that is no longer asked for is given up.
final class ExplorePanel: TabledObject, Displayable, WidgetListener {
    private let model: Model
    private let recipe: RecipeName
    private let ordinarySteps: Int
    private let names: ModelNames
    private let view: ExploreView
    private let execution: Execution
    private let kept: KeptPicture
    private let drawing: Monitor<Drawing>

    /// What is drawn, and what will be.
    private struct Drawing {
        /// What the controls ask for.
        var viewpoint: Viewpoint
        /// How often something was asked for.
        var requests = 0
        /// Ends the picture that is being drawn.
        var cancellation = Cancellation()
        /// Whether the thread runs.
        var isRunning = false
        /// The picture that was asked for last, or why there is none.
        var outcome: Result<PictureValue, EngineError>?
    }

    /// A panel for pictures by this recipe, which it does not draw yet.
    ///
    /// - Parameter execution: of the cell in whose output it will be.
    init(
        _ model: Model, _ parts: ModelParts, at viewpoint: Viewpoint, recipe: RecipeName, names: ModelNames,
        in execution: Execution
    ) throws(EngineError) {
        let ordinary = try viewpoint.recipe(recipe, in: model, steps: nil)
        self.model = model
        self.recipe = recipe
        self.names = names
        self.execution = execution
        kept = KeptPicture(in: execution)
        ordinarySteps = ordinary.totalSteps
        view = ExploreView(
            ExploreControls(model, parts, at: viewpoint), width: ordinary.lastStage.width,
            height: ordinary.lastStage.height)
        drawing = Monitor(Drawing(viewpoint: viewpoint))
    }

    /// The root of its widgets.
    var widget: Widget { view.whole }

    var kind: ValueKind { .panel }
    var plainText: String {
        "explore(\(model.name)): a panel with a picture and sliders. If you do not see it, the front-end has no widgets; "
            + "JupyterLab has them after `pip install jupyterlab_widgets`."
    }
    /// The panel; with it goes what is left of it when its widgets are gone.
    var bundle: MIMEBundle {
        kept.begin(plainText)
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

    /// The cell that makes the picture that the controls ask for.
    private var cell: String { cell(for: drawing.withLock { $0.viewpoint }) }

    private func cell(for viewpoint: Viewpoint) -> String {
        viewpoint.cell(
            of: names.expression(for: model), classes: model.classes, recipe: recipe, ordinarySteps: ordinarySteps)
    }

    private func picture(waiting run: CellRun) throws -> PictureValue {
        while true {
            let outcome = drawing.wait(seconds: 0.05) { $0.isRunning ? nil : $0.outcome }
            if let outcome { return try outcome.get() }
            if run.isCancelled { throw CellError(.interrupted, "Interrupted.") }
        }
    }
}

// What a person does.
extension ExplorePanel {
    func changed(_ widget: Widget, to values: [String: JSON]) {
        for event in view.controls.follow(widget) { execution.send(event) }
        let viewpoint = view.controls.viewpoint
        if viewpoint != drawing.withLock({ $0.viewpoint }) { draw(viewpoint) }
    }

    func clicked(_ widget: Widget) {
        guard widget === view.button else { return }
        let isStopped = drawing.withLock { drawing in
            drawing.cancellation.request()
            return drawing.isRunning
        }
        if !isStopped { draw(view.controls.viewpoint) }
    }

    func shownElsewhere() { kept.fallBehind() }
}

// The pictures.
extension ExplorePanel {
    /// Draws what the controls ask for.
    func draw() { draw(view.controls.viewpoint) }

    private func draw(_ viewpoint: Viewpoint) {
        let isFirst = drawing.withLock { drawing in
            drawing.viewpoint = viewpoint
            drawing.requests += 1
            drawing.cancellation.request()
            defer { drawing.isRunning = true }
            return !drawing.isRunning
        }
        if isFirst { startThread(name: "explore", stackBytes: 8 << 20) { [self] in drawUntilNothingIsAsked() } }
    }

    private func drawUntilNothingIsAsked() {
        var drawn = 0
        while true {
            let cancellation = Cancellation()
            let next: (viewpoint: Viewpoint, request: Int)? = drawing.withLock { drawing in
                if drawing.requests == drawn {
                    drawing.isRunning = false
                    return nil
                }
                drawing.cancellation = cancellation
                return (drawing.viewpoint, drawing.requests)
            }
            guard let next else { return drawing.wake() }
            let outcome = draw(next.viewpoint, cancellation) { self.drawing.withLock { $0.requests == next.request } }
            drawing.withLock { $0.outcome = outcome }
            drawn = next.request
        }
    }

    /// Draws one picture.
    ///
    /// - Parameter isAsked: whether it is the one that the controls ask for.
    private func draw(
        _ viewpoint: Viewpoint, _ cancellation: Cancellation, isAsked: () -> Bool
    ) -> Result<PictureValue, EngineError> {
        let sentence = viewpoint.target.sentence(in: model)
        say(view.begin(sentence, cell: cell(for: viewpoint)))
        do throws(EngineError) {
            let recipe = try viewpoint.recipe(recipe, in: model, steps: viewpoint.steps)
            var pace = FramePace.picture
            let rendering = try Renderer(subject: model, recipe: recipe).run(cancellation: cancellation) { progress in
                guard progress.step < progress.steps, !cancellation.isRequested else { return }
                pace.showIfDue { say(view.show(progress, sentence)) }
            }
            let picture = try PictureValue(rendering, cell: cell(for: viewpoint))
            if isAsked() {
                say(try view.finish(picture, sentence, note: kept.note))
                kept.keep(picture.bundle)
            }
            return .success(picture)
        } catch {
            if isAsked() { say(view.fail(sentence, "\(error)")) }
            return .failure(error)
        }
    }

    private func say(_ events: [CommEvent]) {
        for event in events { execution.send(event) }
    }
}
