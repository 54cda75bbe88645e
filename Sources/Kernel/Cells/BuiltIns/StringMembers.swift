/// Members of text.
enum StringMembers {
    static let table = MemberTable(properties + methods + listMembers)

    private static let other = Argument<String>("other", label: nil)
    private static let separator = Argument<String>("separator", summary: "what separates the parts")
    private static let omits = Argument<Bool>("omittingEmptySubsequences", default: true)
    private static let separatedBy = Argument<String>("separatedBy")
    private static let (old, new) = (Argument<String>("of"), Argument<String>("with"))

    private static let properties: [Member<Value>] = [
        .property("count", .integer, "How many characters it has.") { .integer(text($0).count) },
        .property("isEmpty", .boolean, "Whether it has no characters.") {
            .boolean(text($0).isEmpty)
        },
        .property("first", .string, "The first character, or nil.") { character(text($0).first) },
        .property("last", .string, "The last character, or nil.") { character(text($0).last) },
        .property("capitalized", .string, "The text with the first letter of each word in upper case.") { value in
            var previous: Character = " "
            var result = ""
            for character in text(value) {
                result += previous.isLetter ? character.lowercased() : character.uppercased()
                previous = character
            }
            return .string(result)
        },
        .property("lines", .list(.any), "The lines.") { value in
            .array(
                text(value).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map {
                    .string(String($0))
                })
        },
        .property("description", .string, "The text itself.") { $0 },
    ]

    private static let methods: [Member<Value>] = [
        plain("uppercased", "The text in upper case.") { $0.uppercased() },
        plain("lowercased", "The text in lower case.") { $0.lowercased() },
        plain("trimmed", "The text without spaces at either end.") {
            String($0.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        },
        plain("reversed", "The characters in reverse order.") { String($0.reversed()) },
        asking("hasPrefix", "Whether it begins with the given text.") { $0.hasPrefix($1) },
        asking("hasSuffix", "Whether it ends with the given text.") { $0.hasSuffix($1) },
        asking("contains", "Whether it contains the given text.") { $1.isEmpty || $0.contains($1) },
        part("prefix", "The first characters.") { String($0.prefix($1)) },
        part("suffix", "The last characters.") { String($0.suffix($1)) },
        part("dropFirst", "All but the first characters.", default: 1) { String($0.dropFirst($1)) },
        part("dropLast", "All but the last characters.", default: 1) { String($0.dropLast($1)) },
        .method(
            Signature(
                "split", [separator, omits], result: .list(.any), summary: "The parts between separators.",
                isPure: true)
        ) { value, arguments in
            guard !arguments[separator].isEmpty else {
                throw arguments.complaint(about: separator, "`separator` must not be empty.")
            }
            let parts = text(value).split(
                separator: arguments[separator], omittingEmptySubsequences: arguments[omits])
            return .array(parts.map { .string(String($0)) })
        },
        .method(
            Signature(
                "components", [separatedBy], result: .list(.any),
                summary: "The parts between separators, empty ones too.", isPure: true)
        ) { value, arguments in
            let separator = arguments[separatedBy]
            guard !separator.isEmpty else { return .array([value]) }
            let parts = text(value).split(separator: separator, omittingEmptySubsequences: false)
            return .array(parts.map { .string(String($0)) })
        },
        .method(
            Signature(
                "replacingOccurrences", [old, new], result: .string,
                summary: "The text with each occurrence of another text replaced.", isPure: true)
        ) { value, arguments in
            let (old, new) = (arguments[old], arguments[new])
            guard !old.isEmpty else { return value }
            let parts = text(value).split(separator: old, omittingEmptySubsequences: false)
            try Operators.checkText(text(value).utf8.count + parts.count * new.utf8.count)
            return .string(parts.joined(separator: new))
        },
        .method(
            Signature(
                "firstIndex", [old], result: .integer, summary: "The position where a text begins, or nil.",
                isPure: true)
        ) { value, arguments in
            guard let range = text(value).firstRange(of: arguments[old]) else { return .nothing }
            return .integer(text(value).distance(from: text(value).startIndex, to: range.lowerBound))
        },
        .changing(Signature("append", [other], summary: "Adds text at the end.")) { value, arguments, _ in
            var changed = text(value)
            let other = arguments[other]
            try Operators.checkText(changed.utf8.count + other.utf8.count)
            value = .nothing
            changed += other
            value = .string(changed)
            return .void
        },
    ]

    /// The members of lists that strings have too, applied to their characters.
    private static let listMembers: [Member<Value>] = ["map", "filter", "enumerated", "sorted"]
        .compactMap { ListMembers.table.methods[$0] }.map { method in
            .calling(method.signature) { value, arguments, context in
                var list = Value.array(text(value).map { .string(String($0)) })
                return try method.body(&list, arguments, context)
            }
        }

    private static func text(_ value: Value) -> String { value.string ?? "" }

    private static func character(_ character: Character?) -> Value {
        character.map { .string(String($0)) } ?? .nothing
    }

    private static func plain(
        _ name: String, _ summary: String, _ body: @escaping @Sendable (String) -> String
    ) -> Member<Value> {
        .method(Signature(name, result: .string, summary: summary, isPure: true)) { value, _ in
            .string(body(text(value)))
        }
    }

    private static func asking(
        _ name: String, _ summary: String, _ body: @escaping @Sendable (String, String) -> Bool
    ) -> Member<Value> {
        .method(Signature(name, [other], result: .boolean, summary: summary, isPure: true)) { value, arguments in
            .boolean(body(text(value), arguments[other]))
        }
    }

    private static func part(
        _ name: String, _ summary: String, default defaultValue: Int? = nil,
        _ body: @escaping @Sendable (String, Int) -> String
    ) -> Member<Value> {
        .method(
            Signature(
                name, [ListMembers.count(default: defaultValue)], result: .string, summary: summary, isPure: true)
        ) { value, arguments in
            .string(body(text(value), try ListMembers.count(arguments)))
        }
    }
}
