/// Methods that change a list in place.
enum ListChanges {
    static let methods = [
        changing(
            "append",
            [
                Parameter(label: nil, name: "element", .optional(.any), default: "nil"),
                Parameter("contentsOf", .optional(.any), default: "nil"),
            ], "Adds an element, or the elements of another list, at the end."
        ) { elements, arguments, _ in
            if arguments.wasGiven("contentsOf") {
                let more = try sequence("contentsOf", arguments)
                try Sequences.checkCount(elements.count + more.count)
                elements += more
                return .void
            }
            try Sequences.checkCount(elements.count + 1)
            guard arguments.wasGiven("element") else {
                throw CellError(.wrongArgument, "`append` needs an element.")
            }
            let element = try arguments.value("element")
            try Sequences.checkNesting(element)
            elements.append(element)
            return .void
        },
        changing(
            "insert", [Parameter(label: nil, name: "element", .any), Parameter("at", .integer)],
            "Inserts an element before another."
        ) { elements, arguments, _ in
            let index = try arguments.integer("at")
            guard (0...elements.count).contains(index) else {
                throw arguments.complaint(
                    about: "at", "There is no position \(index): they go from 0 to \(elements.count).")
            }
            let element = try arguments.value("element")
            try Sequences.checkCount(elements.count + 1)
            try Sequences.checkNesting(element)
            elements.insert(element, at: index)
            return .void
        },
        changing("remove", [Parameter("at", .integer)], "Removes an element and returns it.") {
            elements, arguments, _ in
            elements.remove(at: try index("at", arguments, elements.count))
        },
        changing("removeFirst", [], "Removes the first element and returns it.") { elements, _, _ in
            guard !elements.isEmpty else { throw CellError(.outOfRange, "The list is empty.") }
            return elements.removeFirst()
        },
        changing("removeLast", [], "Removes the last element and returns it.") { elements, _, _ in
            guard !elements.isEmpty else { throw CellError(.outOfRange, "The list is empty.") }
            return elements.removeLast()
        },
        changing("popLast", [], "Removes the last element and returns it, or nil.") { elements, _, _ in
            elements.popLast() ?? .nothing
        },
        changing(
            "removeAll", [Parameter(label: "where", name: "predicate", .optional(.function), default: "nil")],
            "Removes every element, or those for which a closure returns true."
        ) { elements, arguments, context in
            guard let predicate = arguments.optionalFunction("predicate") else {
                elements = []
                return .void
            }
            try elements.removeAll {
                try ListMembers.truth(of: invoke(predicate, $0, in: context), "removeAll")
            }
            return .void
        },
        changing(
            "sort", [Parameter("by", .optional(.function), default: "nil")], "Sorts the elements."
        ) { elements, arguments, context in
            elements = try ListMembers.sorted(elements, by: arguments.optionalFunction("by"), in: context)
            return .void
        },
        changing("reverse", [], "Reverses the order.") { elements, _, _ in
            elements.reverse()
            return .void
        },
        changing("shuffle", [], "Puts the elements in random order.") { elements, _, _ in
            elements.shuffle()
            return .void
        },
        changing(
            "swapAt",
            [Parameter(label: nil, name: "i", .integer), Parameter(label: nil, name: "j", .integer)],
            "Swaps two elements."
        ) { elements, arguments, _ in
            elements.swapAt(
                try index("i", arguments, elements.count), try index("j", arguments, elements.count))
            return .void
        },
    ]

    private static func changing(
        _ name: String, _ parameters: [Parameter], _ summary: String,
        _ body: @escaping @Sendable (inout [Value], Arguments, any CellContext) throws -> Value
    ) -> ValueMethod {
        ValueMethod(Signature(name, parameters, summary: summary), isMutating: true) {
            value, arguments, context in
            guard case .array(var elements) = value else { return .void }
            // The list must have one owner while it changes, or it would be copied.
            value = .nothing
            defer { value = .array(elements) }
            return try body(&elements, arguments, context)
        }
    }

    private static func index(_ name: String, _ arguments: Arguments, _ count: Int) throws -> Int {
        let index = try arguments.integer(name)
        guard (0..<count).contains(index) else {
            throw arguments.complaint(
                about: name,
                count == 0
                    ? "The list is empty." : "There is no element \(index): they go from 0 to \(count - 1).")
        }
        return index
    }

    private static func sequence(_ name: String, _ arguments: Arguments) throws -> [Value] {
        let value = try arguments.value(name)
        guard let elements = Sequences.elements(of: value) else {
            throw arguments.complaint(about: name, "This must be a list, but it is \(value.descriptiveWords).")
        }
        return elements
    }
}
