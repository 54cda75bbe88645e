import Platform

/// The synchronized state of a widget: values by name, and bytes, which are sent beside the JSON.
package struct WidgetState: Hashable, Sendable {
    /// The JSON values.
    package var values: [String: JSON] = [:]
    /// The binary values, such as the `value` of a picture.
    package var bytes: [String: [UInt8]] = [:]

    /// Creates a state with the given values.
    package init(values: [String: JSON] = [:], bytes: [String: [UInt8]] = [:]) {
        self.values = values
        self.bytes = bytes
    }

    /// The names of the binary values in the order in which they are sent.
    private var names: [String] { bytes.keys.sorted() }

    /// Returns the paths of the ``buffers`` in the message.
    ///
    /// - Parameter prefix: the path of the state in the message.
    package func paths(after prefix: [JSON] = []) -> [JSON] { names.map { .array(prefix + [.string($0)]) } }

    /// The binary values, in the order of ``paths(after:)``.
    package var buffers: [[UInt8]] { names.compactMap { bytes[$0] } }

    /// The values that a page needs to create the widget: its model's name, module and version.
    package var naming: [String: JSON] {
        var naming: [String: JSON] = [:]
        for name in ["model_name", "model_module", "model_module_version"] { naming[name] = values["_\(name)"] ?? "" }
        return naming
    }

    /// Applies changes.
    package mutating func merge(_ changes: WidgetState) {
        values.merge(changes.values) { $1 }
        bytes.merge(changes.bytes) { $1 }
    }

    /// Returns a message of the widget protocol with this state.
    ///
    /// - Parameter method: `update` or `echo_update`.
    func message(_ method: String, of id: String) -> CommEvent {
        CommEvent(
            .message, id: id,
            data: ["method": .string(method), "state": .object(values), "buffer_paths": .array(paths())],
            buffers: buffers)
    }
}
