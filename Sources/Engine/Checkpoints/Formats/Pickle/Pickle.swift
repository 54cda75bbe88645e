import Platform

/// The contents of a Python pickle, of which nothing was run.
///
/// Containers are numbered nodes, and values refer to them by number, so that a list may contain itself and a million
/// nested lists need no recursion.
package struct Pickle: Sendable {
    /// A value: plain data, or the number of a node.
    package enum Value: Sendable, Hashable {
        case none
        case bool(Bool)
        case integer(Int)
        /// An integer of more than 64 bits.
        case largeInteger
        case real(Double)
        case text(String)
        /// The range of the bytes in the pickle.
        case bytes(Range<Int>)
        /// The node of this number.
        case node(Int)
    }

    /// A compound value.
    package struct Node: Sendable {
        /// The kind of a node.
        package enum Kind: Sendable {
            case tuple, list, set
            /// A dictionary, whose items are a key, a value, a key, a value …
            case dictionary
            /// A class or function, whose items are the name of its module and its name there.
            case global
            /// The object that Python would create by calling ``callable`` with ``arguments``.
            case object
            /// An object that the reading program supplies, identified by ``arguments``.
            case persistent
        }

        package let kind: Kind
        package var items: [Value] = []
        package var callable = Value.none
        package var arguments = Value.none
        /// What Python would then set as the object's state, usually its attributes.
        package var state = Value.none
    }

    /// The value of the whole pickle.
    package let root: Value
    /// The offset of the pickle's end.
    package let end: Int

    /// All nodes, including those that cannot be reached from the root.
    package let nodes: [Node]

    init(root: Value, nodes: [Node], end: Int) {
        self.root = root
        self.nodes = nodes
        self.end = end
    }

    /// Returns the node that a value refers to.
    package func node(_ value: Value) -> Node? {
        if case .node(let number) = value { nodes[number] } else { nil }
    }

    /// Returns the items of a tuple or list; nil for other values.
    package func elements(_ value: Value) -> [Value]? {
        guard let node = node(value), node.kind == .tuple || node.kind == .list else { return nil }
        return node.items
    }

    /// Returns the entries of a dictionary, in order; nil for other values.
    package func entries(_ value: Value) -> [(key: Value, value: Value)]? {
        guard let node = node(value), node.kind == .dictionary else { return nil }
        return stride(from: 0, to: node.items.count - 1, by: 2).map { (node.items[$0], node.items[$0 + 1]) }
    }

    /// Returns the value of a key of a dictionary.
    package func entry(_ key: String, of value: Value) -> Value? {
        entries(value)?.last { $0.key == .text(key) }?.value
    }

    /// Returns the dotted name of a class or function: "torch.FloatStorage".
    package func globalName(_ value: Value) -> String? {
        guard let node = node(value), node.kind == .global, case .text(let module) = node.items[0],
            case .text(let name) = node.items[1]
        else { return nil }
        return "\(module).\(name)"
    }

    /// Returns the dotted name of an object's class, or of the function that would create it.
    package func typeName(_ value: Value) -> String? {
        guard let node = node(value), node.kind == .object else { return nil }
        let maker = globalName(node.callable)
        // Python's helper functions take the class as their first argument.
        if maker == "copy_reg._reconstructor" || maker == "copyreg._reconstructor" || maker == "copyreg.__newobj__",
            let type = elements(node.arguments)?.first
        {
            return globalName(type)
        }
        return maker
    }
}
