import Foundation
import Synchronization

/// A control, a picture or a box on the page, which follows what is set here and tells of what a person does to it.
///
/// Any thread may use it. It is on the page once ``OpenWidgets/open(_:in:listener:)`` has opened its comm.
///
/// Source: the widget messaging protocol 2.1 of ipywidgets 8.
package final class Widget: Sendable {
    /// The version of the protocol.
    static let protocolVersion = "2.1.0"
    /// The target of a widget's comm.
    package static let target = "jupyter.widget"

    /// The name of the widget and of its comm.
    let id = UUID().uuidString.lowercased()
    private let parts: [Widget]
    private let state: Mutex<WidgetState>

    /// A widget with everything that its front-end wants to know of it.
    ///
    /// - Parameter parts: the widgets to which the values refer.
    init(_ values: [String: JSON], bytes: [String: [UInt8]] = [:], parts: [Widget] = []) {
        state = Mutex(WidgetState(values: values, bytes: bytes))
        self.parts = parts
    }

    /// The widget after all that it refers to.
    var withParts: [Widget] { parts.flatMap(\.withParts) + [self] }

    /// How other widgets name it.
    var reference: JSON { .string("IPY_MODEL_\(id)") }

    /// A value as it is now.
    package subscript(name: String) -> JSON? { state.withLock { $0.values[name] } }

    /// Everything as it is now.
    var snapshot: WidgetState { state.withLock { $0 } }

    /// What opens the widget's comm.
    var opening: CommEvent {
        let state = snapshot
        return CommEvent(
            .open(target: Self.target), id: id,
            data: ["state": .object(state.values), "buffer_paths": .array(state.paths())],
            metadata: ["version": .string(Self.protocolVersion)], buffers: state.buffers)
    }

    /// Changes values; returns what tells the front-end.
    package func set(_ values: [String: JSON], bytes: [String: [UInt8]] = [:]) -> CommEvent {
        let changes = WidgetState(values: values, bytes: bytes)
        state.withLock { $0.merge(changes) }
        return changes.message("update", of: id)
    }

    /// Takes what a person changed on the page.
    ///
    /// What the widget does not have, and what is of another kind than it should be, is left as it is.
    ///
    /// - Returns: what the front-end is told: the values that it named, as they are now.
    func take(_ changes: [String: JSON]) -> (echo: CommEvent, taken: [String: JSON]) {
        var taken: [String: JSON] = [:]
        var echo = WidgetState()
        state.withLock { state in
            for (name, value) in changes {
                guard let old = state.values[name] else { continue }
                if value.kind == old.kind || old.isNull {
                    state.values[name] = value
                    taken[name] = value
                }
                echo.values[name] = state.values[name]
            }
        }
        return (echo.message("echo_update", of: id), taken)
    }

    /// The widget in a cell's output.
    ///
    /// - Parameter plain: what a front-end without widgets shows.
    package func bundle(plain: String) -> MIMEBundle {
        MIMEBundle(data: [
            "application/vnd.jupyter.widget-view+json": [
                "version_major": 2, "version_minor": 0, "model_id": .string(id),
            ],
            "text/plain": .string(plain),
        ])
    }
}

/// Hears what a person does to widgets, on the thread of the channels: it should return at once.
package protocol WidgetListener: AnyObject, Sendable {
    /// Values were changed on the page; the widget has the new ones.
    func changed(_ widget: Widget, to values: [String: JSON])
    /// A button was clicked.
    func clicked(_ widget: Widget)
    /// Another page than the one that ran the cell shows its widgets: it hears of them, and not of the cell's outputs.
    func isShownElsewhere()
}
