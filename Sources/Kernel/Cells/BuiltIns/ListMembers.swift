/// Members of lists that only look.
enum ListMembers {
    static let table = MemberTable(
        [
            ValueProperty("count", .integer, "How many elements it has.") {
                .integer(list($0).count)
            },
            ValueProperty("isEmpty", .boolean, "Whether it has no elements.") {
                .boolean(list($0).isEmpty)
            },
            ValueProperty("first", .any, "The first element, or nil.") { list($0).first ?? .nothing },
            ValueProperty("last", .any, "The last element, or nil.") { list($0).last ?? .nothing },
            ValueProperty("indices", .range, "The indices of the elements.") {
                .range(0..<list($0).count)
            },
        ], looking + closures + ListChanges.methods)

    static func list(_ value: Value) -> [Value] { value.array ?? [] }

    /// How many, from an argument: not negative.
    static func count(_ arguments: Arguments) throws -> Int {
        let count = try arguments.integer("count")
        guard count >= 0 else { throw arguments.complaint(about: "count", "This must not be negative.") }
        return count
    }

    /// What a closure that should say yes or no said.
    static func truth(of value: Value, _ method: String) throws -> Bool {
        guard case .boolean(let truth) = value else {
            throw CellError(
                .wrongType,
                "The closure of `\(method)` must return true or false, but it returned \(value.descriptiveWords).")
        }
        return truth
    }

    // MARK: - Without closures

    private static let looking = [
        part("prefix", "The first elements.") { Array($0.prefix($1)) },
        part("suffix", "The last elements.") { Array($0.suffix($1)) },
        part("dropFirst", "All but the first elements.", default: "1") { Array($0.dropFirst($1)) },
        part("dropLast", "All but the last elements.", default: "1") { Array($0.dropLast($1)) },
        plain("reversed", "The elements in reverse order.") { $0.reversed() },
        plain("shuffled", "The elements in random order.") { $0.shuffled() },
        plain("enumerated", "Pairs of an index and its element.") { elements in
            elements.enumerated().map {
                .tuple([TupleElement(label: "offset", .integer($0)), TupleElement(label: "element", $1)])
            }
        },
        ValueMethod(
            Signature(
                "joined", [Parameter("separator", .any, default: "\"\"")], result: .string,
                summary: "The elements joined into one text, or lists joined into one list.", isPure: true)
        ) { value, arguments, _ in
            let elements = list(value)
            if !elements.isEmpty, elements.allSatisfy({ $0.array != nil }) {
                try Sequences.checkCount(elements.reduce(0) { $0 + list($1).count })
                return .array(elements.flatMap(list))
            }
            let separator = try arguments.value("separator").plainText
            let texts = elements.map(\.plainText)
            try Operators.checkText(texts.reduce(0) { $0 + $1.utf8.count + separator.utf8.count })
            return .string(texts.joined(separator: separator))
        },
        ValueMethod(
            Signature("randomElement", result: .any, summary: "A random element, or nil.")
        ) { value, _, _ in list(value).randomElement() ?? .nothing },
    ]

    private static func plain(
        _ name: String, _ summary: String, _ body: @escaping @Sendable ([Value]) -> [Value]
    ) -> ValueMethod {
        ValueMethod(Signature(name, result: .list(.any), summary: summary, isPure: true)) { value, _, _ in
            .array(body(list(value)))
        }
    }

    private static func part(
        _ name: String, _ summary: String, default count: String? = nil,
        _ body: @escaping @Sendable ([Value], Int) -> [Value]
    ) -> ValueMethod {
        ValueMethod(
            Signature(
                name, [Parameter(label: nil, name: "count", .integer, default: count)], result: .list(.any),
                summary: summary, isPure: true)
        ) { value, arguments, _ in
            .array(body(list(value), try self.count(arguments)))
        }
    }
}
