import Synchronization

/// The widgets that are on a page, and the comms over which they talk.
package final class OpenWidgets: Sendable {
    /// The target of the comm over which a page that was reloaded asks for all widgets.
    private static let controlTarget = "jupyter.widget.control"

    private struct State {
        var widgets: [String: Entry] = [:]
        var controls: Set<String> = []
    }

    private struct Entry {
        let widget: Widget
        let listener: any WidgetListener
        /// The page that ran the cell.
        let session: String
    }

    private let state = Mutex(State())

    /// No widget yet.
    package init() {}

    /// Puts a widget and all its parts on the page, which it then can show.
    ///
    /// - Parameters:
    ///   - execution: of the cell in whose output they will be.
    ///   - listener: is told of what a person does.
    package func open(_ widget: Widget, in execution: Execution, listener: any WidgetListener) {
        let widgets = widget.withParts
        state.withLock { state in
            for widget in widgets {
                state.widgets[widget.id] = Entry(widget: widget, listener: listener, session: execution.session)
            }
        }
        for widget in widgets { execution.say(widget.opening) }
    }

    /// The open comms and their targets.
    package var comms: [String: String] {
        state.withLock { state in
            state.widgets.mapValues { _ in Widget.target }
                .merging(state.controls.map { ($0, Self.controlTarget) }) { $1 }
        }
    }

    /// Acts on what a front-end does with a comm, and answers.
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
                entry.listener.isShownElsewhere()
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

    /// Everything that a page needs to show all widgets again.
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
