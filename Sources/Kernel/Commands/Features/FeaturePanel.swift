import Cells
import Jupyter
import Platform
import VitrineEngine

/// The result of `explore(photo, in: vit)`: a panel in which a patch is chosen and the maps follow.
///
/// The features are computed before it opens; an answer compares them with one patch's. Answers are made on the panel's
/// own thread, also while cells run, and only for the latest patch.
final class FeaturePanel: TabledObject, Displayable, WidgetListener {
    private let comparison: PatchComparison
    private let names: [String]
    private let title: String
    private let cell: @Sendable (_ row: Int, _ column: Int) -> String
    private let view: FeaturePanelView
    private let execution: Execution
    private let snapshot: PanelSnapshot
    private let work: Monitor<Work>

    /// The state that the panel shares with its thread.
    private struct Work {
        var patch: Int
        /// The number of requests so far.
        var requests = 0
        /// Whether the thread is running.
        var isRunning = false
    }

    /// Creates a panel and answers nothing yet.
    ///
    /// - Parameters:
    ///   - cell: returns the cell that shows the maps of a patch.
    ///   - execution: the execution of the cell in whose output the panel is shown.
    init(
        _ comparison: PatchComparison, names: [String], title: String,
        cell: @escaping @Sendable (_ row: Int, _ column: Int) -> String, in execution: Execution
    ) {
        self.comparison = comparison
        self.names = names
        self.title = title
        self.cell = cell
        self.execution = execution
        snapshot = PanelSnapshot(in: execution)
        let first = comparison.photographs[0]
        let middle = first.rows / 2 * first.columns + first.columns / 2
        view = FeaturePanelView(first, patch: middle, hasOthers: comparison.photographs.count > 1)
        work = Monitor(Work(patch: middle))
    }

    /// The root of its widgets.
    var widget: Widget { view.whole }

    var kind: ValueKind { .panel }
    var plainText: String {
        "explore(\(names[0])): a panel in which a patch is chosen. If you do not see it, the front-end has no widgets; "
            + "JupyterLab has them after `pip install jupyterlab_widgets`."
    }
    /// The panel. The snapshot that stays in a saved notebook is displayed beside it.
    var bundle: MIMEBundle {
        snapshot.begin(plainText)
        return view.whole.bundle(plain: plainText)
    }

    static let memberTable: MemberTable<FeaturePanel> = [
        .property("cell", .string, "the cell that shows the panel's maps") { .string($0.cell(of: $0.patch)) },
        .property("patch", .integer, "the chosen patch") { .integer($0.patch) },
        .property("similarity", .object(.similarity), "the maps of the chosen patch") {
            .object($0.value(of: $0.patch))
        },
        .method(
            Signature(
                "insertCell", summary: "Puts the cell that shows the maps into the notebook, below the one that runs.",
                example: "panel.insertCell()")
        ) { (panel, _, run: CellRun) in
            run.ask(Payload.nextCell(panel.cell(of: panel.patch)))
            return .void
        },
    ]

    private var patch: Int { work.withLock { $0.patch } }

    private func cell(of patch: Int) -> String {
        let columns = comparison.photographs[0].columns
        return cell(patch / columns, patch % columns)
    }

    private func value(of patch: Int) -> SimilarityValue {
        SimilarityValue(comparison.similarity(from: patch), names: names, title: title)
    }
}

// The user's actions.
extension FeaturePanel {
    func changed(_ widget: Widget, to values: [String: JSON]) {
        let chosen = view.patch(afterChangeOf: widget)
        for event in view.follow(chosen) { execution.send(event) }
        guard chosen != patch else { return }
        work.withLock { $0.patch = chosen }
        answer()
    }

    func clicked(_ widget: Widget) {}

    func shownElsewhere() { snapshot.markStale() }
}

// The maps.
extension FeaturePanel {
    /// Shows the maps of the chosen patch.
    func answer() {
        let isFirst = work.withLock { work in
            work.requests += 1
            defer { work.isRunning = true }
            return !work.isRunning
        }
        if isFirst { startThread(name: "features", stackBytes: 8 << 20) { [self] in answerUntilUpToDate() } }
    }

    private func answerUntilUpToDate() {
        var answered = 0
        var kept = 0
        while true {
            let next: (patch: Int, request: Int)? = work.withLock { work in
                // What stays in the notebook takes longer than an answer, so it waits until there is nothing to answer.
                if work.requests == answered, kept == answered {
                    work.isRunning = false
                    return nil
                }
                return (work.patch, work.requests)
            }
            guard let next else { return work.wake() }
            if next.request == answered {
                snapshot.keep(value(of: next.patch).bundle)
                kept = answered
                continue
            }
            let found = comparison.similarity(from: next.patch)
            for event in view.show(found.maps(names: names), found, cell: cell(of: next.patch), note: snapshot.note) {
                execution.send(event)
            }
            answered = next.request
        }
    }
}
