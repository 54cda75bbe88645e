/// Members of lists that only look.
enum ListMembers {
    static let table = MemberTable(properties + looking + closures + ListChanges.methods)

    static func list(_ value: Value) -> [Value] { value.array ?? [] }

    /// How many, as an argument.
    static let count = Argument<Int>("count", label: nil)

    /// How many, not negative.
    static func count(_ arguments: Arguments) throws -> Int {
        guard arguments[count] >= 0 else { throw arguments.complaint(about: count, "This must not be negative.") }
        return arguments[count]
    }

    /// How many, as an argument that may be left out.
    static func count(default usual: Int?) -> Argument<Int> {
        usual.map { Argument<Int>("count", label: nil, default: $0) } ?? count
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

    private static let properties: [Member<Value>] = [
        .property("count", .integer, "How many elements it has.") { .integer(list($0).count) },
        .property("isEmpty", .boolean, "Whether it has no elements.") { .boolean(list($0).isEmpty) },
        .property("first", .any, "The first element, or nil.") { list($0).first ?? .nothing },
        .property("last", .any, "The last element, or nil.") { list($0).last ?? .nothing },
        .property("indices", .range, "The indices of the elements.") { .range(0..<list($0).count) },
    ]

    private static let separator = Argument<Value>("separator", default: .string(""))

    private static let looking: [Member<Value>] = [
        part("prefix", "The first elements.") { Array($0.prefix($1)) },
        part("suffix", "The last elements.") { Array($0.suffix($1)) },
        part("dropFirst", "All but the first elements.", default: 1) { Array($0.dropFirst($1)) },
        part("dropLast", "All but the last elements.", default: 1) { Array($0.dropLast($1)) },
        plain("reversed", "The elements in reverse order.") { $0.reversed() },
        plain("shuffled", "The elements in random order.") { $0.shuffled() },
        plain("enumerated", "Pairs of an index and its element.") { elements in
            elements.enumerated().map {
                .tuple([TupleElement(label: "offset", .integer($0)), TupleElement(label: "element", $1)])
            }
        },
        .method(
            Signature(
                "joined", [separator], result: .string,
                summary: "The elements joined into one text, or lists joined into one list.", isPure: true)
        ) { value, arguments in
            let elements = list(value)
            if !elements.isEmpty, elements.allSatisfy({ $0.array != nil }) {
                try Sequences.checkCount(elements.reduce(0) { $0 + list($1).count })
                return .array(elements.flatMap(list))
            }
            let separator = arguments[separator].plainText
            let texts = elements.map(\.plainText)
            try Operators.checkText(texts.reduce(0) { $0 + $1.utf8.count + separator.utf8.count })
            return .string(texts.joined(separator: separator))
        },
        .method(Signature("randomElement", result: .any, summary: "A random element, or nil.")) { value, _ in
            list(value).randomElement() ?? .nothing
        },
    ]

    private static func plain(
        _ name: String, _ summary: String, _ body: @escaping @Sendable ([Value]) -> [Value]
    ) -> Member<Value> {
        .method(Signature(name, result: .list(.any), summary: summary, isPure: true)) { value, _ in
            .array(body(list(value)))
        }
    }

    private static func part(
        _ name: String, _ summary: String, default usual: Int? = nil,
        _ body: @escaping @Sendable ([Value], Int) -> [Value]
    ) -> Member<Value> {
        .method(
            Signature(name, [count(default: usual)], result: .list(.any), summary: summary, isPure: true)
        ) { value, arguments in
            .array(body(list(value), try count(arguments)))
        }
    }
}
