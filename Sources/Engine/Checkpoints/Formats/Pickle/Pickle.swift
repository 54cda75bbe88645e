import Platform

/// What a Python pickle describes, without anything of it having been run.
///
/// Containers are numbered nodes and values refer to them by number, so that a list that contains itself is given
/// back like any other and a million lists inside one another need no stack.
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
        /// Where the bytes lie in the pickle.
        case bytes(Range<Int>)
        /// The node of this number.
        case node(Int)
    }

    /// Something with parts.
    package struct Node: Sendable {
        /// What it is.
        package enum Kind: Sendable {
            case tuple, list, set
            /// Its items are a key, a value, a key, a value …
            case dictionary
            /// A class or function by its name: its items are the module's name and the name in it.
            case global
            /// What Python would make by calling ``callable`` with ``arguments``.
            case object
            /// What the program that reads the pickle is to put here: ``arguments`` says what.
            case persistent
        }

        package let kind: Kind
        package var items: [Value] = []
        package var callable = Value.none
        package var arguments = Value.none
        /// What Python would hand to the object afterwards: its attributes, most often.
        package var state = Value.none
    }

    /// What the pickle as a whole stands for.
    package let root: Value
    /// Where the pickle ends.
    package let end: Int

    /// Everything in it that has parts, whether the root leads there or not.
    package let nodes: [Node]

    init(root: Value, nodes: [Node], end: Int) {
        self.root = root
        self.nodes = nodes
        self.end = end
    }

    /// The node that a value refers to.
    package func node(_ value: Value) -> Node? {
        if case .node(let number) = value { nodes[number] } else { nil }
    }

    /// The items of a tuple or list.
    package func elements(_ value: Value) -> [Value]? {
        guard let node = node(value), node.kind == .tuple || node.kind == .list else { return nil }
        return node.items
    }

    /// The entries of a dictionary, in order.
    package func entries(_ value: Value) -> [(key: Value, value: Value)]? {
        guard let node = node(value), node.kind == .dictionary else { return nil }
        return stride(from: 0, to: node.items.count - 1, by: 2).map { (node.items[$0], node.items[$0 + 1]) }
    }

    /// The value of a key of a dictionary.
    package func entry(_ key: String, of value: Value) -> Value? {
        entries(value)?.last { $0.key == .text(key) }?.value
    }

    /// The dotted name of a class or function: "torch.FloatStorage".
    package func globalName(_ value: Value) -> String? {
        guard let node = node(value), node.kind == .global, case .text(let module) = node.items[0],
            case .text(let name) = node.items[1]
        else { return nil }
        return "\(module).\(name)"
    }

    /// The dotted name of what an object would be made by: its class, or the function that is called.
    package func typeName(_ value: Value) -> String? {
        guard let node = node(value), node.kind == .object else { return nil }
        let maker = globalName(node.callable)
        // Python's own go-between names the class as its first argument.
        if maker == "copy_reg._reconstructor" || maker == "copyreg._reconstructor" || maker == "copyreg.__newobj__",
            let type = elements(node.arguments)?.first
        {
            return globalName(type)
        }
        return maker
    }
}
