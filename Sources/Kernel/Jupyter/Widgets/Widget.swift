import Foundation
import Platform
import Synchronization

/// A control, picture or box on the page, whose state is synchronized with the front-end.
///
/// May be used on any thread. The page can show it once ``OpenWidgets/open(_:in:listener:)`` has opened its comm.
///
/// Source: the widget messaging protocol 2.1 of ipywidgets 8.
package final class Widget: Sendable {
    /// The version of the widget messaging protocol.
    static let protocolVersion = "2.1.0"
    /// The target of a widget's comm.
    package static let target = "jupyter.widget"

    /// The identifier of the widget and of its comm.
    let id = UUID().uuidString.lowercased()
    private let parts: [Widget]
    private let state: Mutex<WidgetState>

    /// Creates a widget with all values that its front-end requires.
    ///
    /// - Parameter parts: the widgets that the values refer to.
    init(_ values: [String: JSON], bytes: [String: [UInt8]] = [:], parts: [Widget] = []) {
        state = Mutex(WidgetState(values: values, bytes: bytes))
        self.parts = parts
    }

    /// All widgets that this one refers to, followed by itself.
    var withParts: [Widget] { parts.flatMap(\.withParts) + [self] }

    /// The reference by which other widgets name it.
    var reference: JSON { .string("IPY_MODEL_\(id)") }

    /// The current value with this name.
    package subscript(name: String) -> JSON? { state.withLock { $0.values[name] } }

    /// The current state.
    var snapshot: WidgetState { state.withLock { $0 } }

    /// The event that opens the widget's comm.
    var opening: CommEvent {
        let state = snapshot
        return CommEvent(
            .open(target: Self.target), id: id,
            data: ["state": .object(state.values), "buffer_paths": .array(state.paths())],
            metadata: ["version": .string(Self.protocolVersion)], buffers: state.buffers)
    }

    /// Changes values and returns the event that tells the front-end.
    package func set(_ values: [String: JSON], bytes: [String: [UInt8]] = [:]) -> CommEvent {
        let changes = WidgetState(values: values, bytes: bytes)
        state.withLock { $0.merge(changes) }
        return changes.message("update", of: id)
    }

    /// Applies the user's changes on the page.
    ///
    /// Values that the widget does not have or that are of the wrong type are ignored.
    ///
    /// - Returns: the event that confirms the named values to the front-end, and the applied changes.
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

    /// Returns the widget's representation in a cell's output.
    ///
    /// - Parameter plain: the text for front-ends without widgets.
    package func bundle(plain: String) -> MIMEBundle {
        MIMEBundle(data: [
            "application/vnd.jupyter.widget-view+json": [
                "version_major": 2, "version_minor": 0, "model_id": .string(id),
            ],
            "text/plain": .string(plain),
        ])
    }
}

/// A listener for the user's actions on widgets. It is called on the I/O thread and should return at once.
package protocol WidgetListener: AnyObject, Sendable {
    /// Notifies the listener that values were changed on the page; the widget already has them.
    func changed(_ widget: Widget, to values: [String: JSON])
    /// Notifies the listener that a button was clicked.
    func clicked(_ widget: Widget)
    /// Notifies the listener that another page than the one that ran the cell shows its widgets. That page receives
    /// their events, but not the cell's outputs.
    func shownElsewhere()
}
