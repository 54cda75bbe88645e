import Platform
import Synchronization

/// The open widgets, and the comms over which they communicate.
package final class OpenWidgets: Sendable {
    /// The target of the comm over which a reloaded page requests the state of all widgets.
    private static let controlTarget = "jupyter.widget.control"

    private struct State {
        var widgets: [String: Entry] = [:]
        var controls: Set<String> = []
    }

    private struct Entry {
        let widget: Widget
        let listener: any WidgetListener
        /// The session of the page that ran the cell.
        let session: String
    }

    private let state = Mutex(State())

    /// Creates a set without widgets.
    package init() {}

    /// Opens the comms of a widget and all its parts, so that the page can show it.
    ///
    /// - Parameters:
    ///   - execution: the execution of the cell in whose output the widget is shown.
    ///   - listener: the object that is notified of the user's actions.
    package func open(_ widget: Widget, in execution: Execution, listener: any WidgetListener) {
        let widgets = widget.withParts
        state.withLock { state in
            for widget in widgets {
                state.widgets[widget.id] = Entry(widget: widget, listener: listener, session: execution.session)
            }
        }
        for widget in widgets { execution.send(widget.opening) }
    }

    /// The target of each open comm, by the comm's identifier.
    package var comms: [String: String] {
        state.withLock { state in
            state.widgets.mapValues { _ in Widget.target }
                .merging(state.controls.map { ($0, Self.controlTarget) }) { $1 }
        }
    }

    /// Handles a comm event of a front-end and returns the answers.
    package func receive(_ event: CommEvent) -> [CommEvent] {
        switch event.kind {
        case .open(Self.controlTarget):
            state.withLock { _ = $0.controls.insert(event.id) }
            return []
        case .open: return event.refusal
        case .close:
            state.withLock { state in
                state.controls.remove(event.id)
                state.widgets[event.id] = nil
            }
            return []
        case .message:
            let (entry, isControl) = state.withLock { ($0.widgets[event.id], $0.controls.contains(event.id)) }
            if let entry { return receive(event, entry) }
            guard isControl, event.data["method"]?.string == "request_states" else { return [] }
            for entry in state.withLock({ Array($0.widgets.values) }) where entry.session != event.session {
                entry.listener.shownElsewhere()
            }
            return [allStates(for: event.id)]
        }
    }

    private func receive(_ event: CommEvent, _ entry: Entry) -> [CommEvent] {
        switch event.data["method"]?.string {
        case "update":
            let (echo, taken) = entry.widget.take(event.data["state"]?.object ?? [:])
            if !taken.isEmpty { entry.listener.changed(entry.widget, to: taken) }
            return [echo]
        case "request_state":
            return [entry.widget.snapshot.message("update", of: entry.widget.id)]
        case "custom":
            if event.data["content"]?["event"]?.string == "click" { entry.listener.clicked(entry.widget) }
            return []
        default: return []
        }
    }

    /// Returns the message with the state of all widgets, which a reloaded page needs to show them.
    private func allStates(for control: String) -> CommEvent {
        let widgets = state.withLock { $0.widgets.values.map(\.widget) }
        var states: [String: JSON] = [:]
        var paths: [JSON] = []
        var buffers: [[UInt8]] = []
        for widget in widgets {
            let state = widget.snapshot
            states[widget.id] = .object(state.naming.merging(["state": .object(state.values)]) { $1 })
            paths += state.paths(after: [.string(widget.id), "state"])
            buffers += state.buffers
        }
        return CommEvent(
            .message, id: control,
            data: ["method": "update_states", "states": .object(states), "buffer_paths": .array(paths)],
            buffers: buffers)
    }
}
