import Jupyter
import Platform

/// The state of a kernel's widgets, which a notebook keeps so that a page can show them without a kernel.
///
/// Source: nbclient, and the widget state of ipywidgets (`application/vnd.jupyter.widget-state+json`, version 2).
struct NotebookWidgets {
    private var states: [String: WidgetState] = [:]

    /// Applies a message of a widget's comm.
    mutating func record(_ message: Message) {
        let content = message.content
        guard let id = content["comm_id"]?.string else { return }
        switch message.header.type {
        case CommOpen.type where content["target_name"]?.string == Widget.target: states[id] = WidgetState()
        case CommMessage.type: break
        case CommClose.type: states[id] = nil
        default: return
        }
        guard let values = content["data"]?["state"]?.object else { return }
        let names = (content["data"]?["buffer_paths"]?.array ?? []).compactMap { $0[0]?.string }
        let bytes = Dictionary(zip(names, message.buffers)) { $1 }
        states[id]?.merge(WidgetState(values: values, bytes: bytes))
    }

    /// Writes the state to the notebook's metadata, if there are widgets.
    func write(to notebook: inout Notebook) {
        if states.isEmpty { return }
        notebook.metadata["widgets"] = [
            "application/vnd.jupyter.widget-state+json": [
                "version_major": 2, "version_minor": 0, "state": .object(states.mapValues(Self.json)),
            ]
        ]
    }

    private static func json(of state: WidgetState) -> JSON {
        var members = state.naming
        members["state"] = .object(state.values)
        if !state.bytes.isEmpty {
            members["buffers"] = .array(
                zip(state.paths(), state.buffers).map { path, bytes in
                    ["path": path, "encoding": "base64", "data": .string(base64(bytes))]
                })
        }
        return .object(members)
    }
}
