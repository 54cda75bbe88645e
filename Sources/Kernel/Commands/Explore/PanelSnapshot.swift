import Jupyter
import Synchronization

/// The last picture of a panel as an ordinary output of its cell, which stays in a saved notebook.
///
/// A notebook that is opened again or exported has no widgets. While the panel itself is on the page, a style in the
/// output hides the snapshot, since the panel shows the same picture.
final class PanelSnapshot: Sendable {
    private let execution: Execution
    private let state = Mutex(State())

    private struct State {
        /// The display's identifier at the front-end; nil before the panel is shown.
        var id: String?
        /// The last picture.
        var last: MIMEBundle?
        /// Whether a page shows the panel that does not receive updates of the output.
        var isStale = false
    }

    /// Creates the snapshot in the output of a cell.
    init(in execution: Execution) { self.execution = execution }

    /// Displays the snapshot when the panel is shown.
    func begin(_ plain: String) {
        let (id, isNew, bundle) = state.withLock { state in
            let isNew = state.id == nil
            let id = state.id ?? randomIdentifier()
            state.id = id
            return (id, isNew, state.last ?? Self.hiding(MIMEBundle(plain: plain)))
        }
        if isNew { execution.display(bundle, id: id) }
    }

    /// Updates the snapshot to a finished picture.
    func keep(_ picture: MIMEBundle) {
        let bundle = Self.hiding(picture)
        let id = state.withLock { state in
            state.last = bundle
            return state.id
        }
        if let id { execution.display(bundle, id: id, update: true) }
    }

    /// Records that another page shows the panel. A front-end sends later updates of the output only to the page that
    /// ran the cell.
    func markStale() { state.withLock { $0.isStale = true } }

    /// A note for users who want to save the picture; nil if the notebook contains it.
    var note: String? {
        state.withLock { $0.isStale }
            ? "This page was loaded after the cell ran: saving it keeps an earlier picture. "
                + "To keep this one, press Insert cell and run the new cell."
            : nil
    }

    /// The style that hides the snapshot beside a live panel: JupyterLab and Notebook put both into one output area.
    private static let style =
        "<style>.jp-OutputArea:has(.jupyter-widgets) .jp-OutputArea-child:has(.vitrine-kept) {display: none}</style>"

    private static func hiding(_ bundle: MIMEBundle) -> MIMEBundle {
        var bundle = bundle
        let html = bundle.data["text/html"]?.string ?? escaped(bundle.data["text/plain"]?.string ?? "")
        bundle.data["text/html"] = .string("<div class=\"vitrine-kept\">\(style)\(html)</div>")
        return bundle
    }
}
