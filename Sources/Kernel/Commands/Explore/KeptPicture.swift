import Jupyter
import Synchronization

/// The last picture of a panel as a plain output of its cell, which a saved notebook keeps.
///
/// Widgets are gone when a notebook is opened again or exported. As long as the panel itself is on the page, a style in
/// the output hides it there, for the panel shows the same.
final class KeptPicture: Sendable {
    private let execution: Execution
    private let state = Mutex(State())

    private struct State {
        /// The display's name at the front-end; nil before the panel is on show.
        var id: String?
        /// What was drawn last.
        var last: MIMEBundle?
        /// Whether a page shows the panel that does not hear of the output any more.
        var isBehind = false
    }

    /// What is kept in the output of this cell.
    init(in execution: Execution) { self.execution = execution }

    /// The panel is put on show: what there is of it is shown with it.
    func begin(_ plain: String) {
        let (id, isNew, bundle) = state.withLock { state in
            let isNew = state.id == nil
            let id = state.id ?? randomIdentifier()
            state.id = id
            return (id, isNew, state.last ?? Self.hiding(MIMEBundle(plain: plain)))
        }
        if isNew { execution.display(bundle, id: id) }
    }

    /// A picture is finished.
    func keep(_ picture: MIMEBundle) {
        let bundle = Self.hiding(picture)
        let id = state.withLock { state in
            state.last = bundle
            return state.id
        }
        if let id { execution.display(bundle, id: id, update: true) }
    }

    /// Another page shows the panel now. A front-end gives what comes later to the page that ran the cell alone.
    func fallBehind() { state.withLock { $0.isBehind = true } }

    /// What a person has to know who wants to keep the picture; nil where it is kept.
    var note: String? {
        state.withLock { $0.isBehind }
            ? "This page was loaded after the cell ran: saving it keeps the picture from before. "
                + "To keep this one, press Insert cell and run the new cell."
            : nil
    }

    /// The style that hides it beside a living panel: JupyterLab and Notebook put both into one area.
    private static let style =
        "<style>.jp-OutputArea:has(.jupyter-widgets) .jp-OutputArea-child:has(.vitrine-kept) {display: none}</style>"

    private static func hiding(_ bundle: MIMEBundle) -> MIMEBundle {
        var bundle = bundle
        let html = bundle.data["text/html"]?.string ?? escaped(bundle.data["text/plain"]?.string ?? "")
        bundle.data["text/html"] = .string("<div class=\"vitrine-kept\">\(style)\(html)</div>")
        return bundle
    }
}
