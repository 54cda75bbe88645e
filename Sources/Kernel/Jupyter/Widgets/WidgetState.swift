/// What both sides know of a widget: values by name, and bytes, which travel beside the JSON.
package struct WidgetState: Hashable, Sendable {
    /// The values that are JSON.
    package var values: [String: JSON] = [:]
    /// The values that are bytes, such as the `value` of a picture.
    package var bytes: [String: [UInt8]] = [:]

    /// A state of these values.
    package init(values: [String: JSON] = [:], bytes: [String: [UInt8]] = [:]) {
        self.values = values
        self.bytes = bytes
    }

    /// The names of the bytes in the order in which they travel.
    private var names: [String] { bytes.keys.sorted() }

    /// Where in the state the ``buffers`` belong.
    ///
    /// - Parameter prefix: the way to the state in what is sent.
    package func paths(after prefix: [JSON] = []) -> [JSON] { names.map { .array(prefix + [.string($0)]) } }

    /// The bytes, in the order of ``paths(after:)``.
    package var buffers: [[UInt8]] { names.compactMap { bytes[$0] } }

    /// What a page needs to make the widget: its model's name, module and version.
    package var naming: [String: JSON] {
        var naming: [String: JSON] = [:]
        for name in ["model_name", "model_module", "model_module_version"] { naming[name] = values["_\(name)"] ?? "" }
        return naming
    }

    /// Takes what is new.
    package mutating func merge(_ changes: WidgetState) {
        values.merge(changes.values) { $1 }
        bytes.merge(changes.bytes) { $1 }
    }

    /// A message of the widget protocol that carries this state.
    ///
    /// - Parameter method: `update` or `echo_update`.
    func message(_ method: String, of id: String) -> CommEvent {
        CommEvent(
            .message, id: id,
            data: ["method": .string(method), "state": .object(values), "buffer_paths": .array(paths())],
            buffers: buffers)
    }
}
