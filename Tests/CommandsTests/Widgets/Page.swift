import Commands
import Foundation
import Jupyter
import Platform
import Testing

/// A page: it knows of widgets what a front-end would know after the kernel's messages.
struct Page {
    /// What is known of a widget.
    struct Widget {
        let id: String
        var values: [String: JSON]
        var bytes: [String: [UInt8]]

        /// “IntSlider”
        var kind: String { values["_model_name"]?.string.map { String($0.dropLast("Model".count)) } ?? "" }
    }

    private let notebook: Notebook

    init(_ notebook: Notebook) { self.notebook = notebook }

    /// The widgets as they are now.
    var widgets: [Widget] {
        var order: [String] = []
        var widgets: [String: Widget] = [:]
        for event in notebook.comms {
            guard let state = event.data["state"]?.object else { continue }
            let bytes = Self.bytes(of: event)
            if case .open = event.kind {
                order.append(event.id)
                widgets[event.id] = Widget(id: event.id, values: state, bytes: bytes)
            } else {
                widgets[event.id]?.values.merge(state) { $1 }
                widgets[event.id]?.bytes.merge(bytes) { $1 }
            }
        }
        return order.compactMap { widgets[$0] }
    }

    /// The control with this description.
    func control(_ description: String) throws -> Widget {
        try #require(widgets.first { $0.values["description"]?.string == description && $0.kind != "Button" })
    }

    var button: Widget { get throws { try #require(widgets.first { $0.kind == "Button" }) } }
    var picture: Widget { get throws { try #require(widgets.first { $0.kind == "Image" }) } }
    var progress: Widget { get throws { try #require(widgets.first { $0.kind == "IntProgress" }) } }
    /// The pieces of the page: what is seen, and its cell.
    var texts: [String] { widgets.filter { $0.kind == "HTML" }.compactMap { $0.values["value"]?.string } }

    /// Moves a control, as a person does; returns the kernel's answers.
    @discardableResult
    func set(_ description: String, _ name: String, to value: JSON) throws -> [CommEvent] {
        notebook.receive(
            CommEvent(
                .message, id: try control(description).id,
                data: ["method": "update", "state": [name: value], "buffer_paths": []]))
    }

    /// Clicks the button.
    func click() throws {
        notebook.receive(
            CommEvent(
                .message, id: try button.id, data: ["method": "custom", "content": ["event": "click"]]))
    }

    /// The finished pictures that have come.
    var finished: [[UInt8]] {
        notebook.comms.filter { $0.data["state"]?["format"] == "png" && $0.kind == .message }.compactMap(
            \.buffers.first)
    }

    /// The bytes of an event by their names, at the places that it gives.
    static func bytes(of event: CommEvent) -> [String: [UInt8]] {
        let names = (event.data["buffer_paths"]?.array ?? []).compactMap { $0[0]?.string }
        return Dictionary(uniqueKeysWithValues: zip(names, event.buffers))
    }
}
