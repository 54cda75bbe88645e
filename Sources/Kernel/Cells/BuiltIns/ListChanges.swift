/// Methods that change a list in place.
enum ListChanges {
    private static let element = Argument<Value>("element", label: nil)
    private static let elementOrNone = Argument<Value>("element", label: nil, type: .optional(.any), default: .nothing)
    private static let more = Argument<Value>("contentsOf", type: .optional(.any), default: .nothing)
    private static let place = Argument<Int>("at")
    private static let predicate = Argument<(any Callable)?>("predicate", label: "where")
    private static let order = Argument<(any Callable)?>("by")
    private static let (i, j) = (Argument<Int>("i", label: nil), Argument<Int>("j", label: nil))

    static let methods: [Member<Value>] = [
        changing(
            "append", [elementOrNone, more], "Adds an element, or the elements of another list, at the end."
        ) { elements, arguments, _ in
            if arguments.wasGiven(more) {
                let more = try sequence(more, arguments)
                try Sequences.checkCount(elements.count + more.count)
                elements += more
                return .void
            }
            try Sequences.checkCount(elements.count + 1)
            guard arguments.wasGiven(elementOrNone) else {
                throw CellError(.wrongArgument, "`append` needs an element.")
            }
            try Sequences.checkNesting(arguments[elementOrNone])
            elements.append(arguments[elementOrNone])
            return .void
        },
        changing("insert", [element, place], "Inserts an element before another.") { elements, arguments, _ in
            let index = arguments[place]
            guard (0...elements.count).contains(index) else {
                throw arguments.complaint(
                    about: place, "There is no position \(index): they go from 0 to \(elements.count).")
            }
            try Sequences.checkCount(elements.count + 1)
            try Sequences.checkNesting(arguments[element])
            elements.insert(arguments[element], at: index)
            return .void
        },
        changing("remove", [place], "Removes an element and returns it.") { elements, arguments, _ in
            elements.remove(at: try index(place, arguments, elements.count))
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
            "removeAll", [predicate], "Removes every element, or those for which a closure returns true."
        ) { elements, arguments, context in
            guard let predicate = arguments[predicate] else {
                elements = []
                return .void
            }
            try elements.removeAll {
                try ListMembers.truth(of: invoke(predicate, $0, in: context), "removeAll")
            }
            return .void
        },
        changing("sort", [order], "Sorts the elements.") { elements, arguments, context in
            elements = try ListMembers.sorted(elements, by: arguments[order], in: context)
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
        changing("swapAt", [i, j], "Swaps two elements.") { elements, arguments, _ in
            elements.swapAt(
                try index(i, arguments, elements.count), try index(j, arguments, elements.count))
            return .void
        },
    ]

    private static func changing(
        _ name: String, _ arguments: [any ArgumentKey], _ summary: String,
        _ body: @escaping @Sendable (inout [Value], Arguments, any CellContext) throws -> Value
    ) -> Member<Value> {
        .changing(Signature(name, arguments, summary: summary)) { value, arguments, context in
            guard case .array(var elements) = value else { return .void }
            // The list must have a single owner while it changes, or it would be copied.
            value = .nothing
            defer { value = .array(elements) }
            return try body(&elements, arguments, context)
        }
    }

    private static func index(_ argument: Argument<Int>, _ arguments: Arguments, _ count: Int) throws -> Int {
        let index = arguments[argument]
        guard (0..<count).contains(index) else {
            throw arguments.complaint(
                about: argument,
                count == 0
                    ? "The list is empty." : "There is no element \(index): they go from 0 to \(count - 1).")
        }
        return index
    }

    private static func sequence(_ argument: Argument<Value>, _ arguments: Arguments) throws -> [Value] {
        let value = arguments[argument]
        guard let elements = Sequences.elements(of: value) else {
            throw arguments.complaint(about: argument, "This must be a list, but it is \(value.descriptiveWords).")
        }
        return elements
    }
}
