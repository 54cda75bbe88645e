/// Members of text.
enum StringMembers {
    static let table = MemberTable(properties, methods)

    private static let properties = [
        ValueProperty("count", .integer, "How many characters it has.") { .integer(text($0).count) },
        ValueProperty("isEmpty", .boolean, "Whether it has no characters.") {
            .boolean(text($0).isEmpty)
        },
        ValueProperty("first", .string, "The first character, or nil.") { character(text($0).first) },
        ValueProperty("last", .string, "The last character, or nil.") { character(text($0).last) },
        ValueProperty("capitalized", .string, "The text with the first letter of each word in upper case.") { value in
            var previous: Character = " "
            var result = ""
            for character in text(value) {
                result += previous.isLetter ? character.lowercased() : character.uppercased()
                previous = character
            }
            return .string(result)
        },
        ValueProperty("lines", .list(.any), "The lines.") { value in
            .array(
                text(value).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map {
                    .string(String($0))
                })
        },
        ValueProperty("description", .string, "The text itself.") { $0 },
    ]

    private static let methods =
        [
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
            part("dropFirst", "All but the first characters.", default: "1") { String($0.dropFirst($1)) },
            part("dropLast", "All but the last characters.", default: "1") { String($0.dropLast($1)) },
            ValueMethod(
                Signature(
                    "split",
                    [
                        Parameter("separator", .string, summary: "what separates the parts"),
                        Parameter("omittingEmptySubsequences", .boolean, default: "true"),
                    ], result: .list(.any), summary: "The parts between separators.", isPure: true)
            ) { value, arguments, _ in
                let separator = try arguments.string("separator")
                guard !separator.isEmpty else {
                    throw arguments.complaint(about: "separator", "`separator` must not be empty.")
                }
                let omits = try arguments.boolean("omittingEmptySubsequences")
                let parts = text(value).split(separator: separator, omittingEmptySubsequences: omits)
                return .array(parts.map { .string(String($0)) })
            },
            ValueMethod(
                Signature(
                    "components", [Parameter("separatedBy", .string)], result: .list(.any),
                    summary: "The parts between separators, empty ones too.", isPure: true)
            ) { value, arguments, _ in
                let separator = try arguments.string("separatedBy")
                guard !separator.isEmpty else { return .array([value]) }
                let parts = text(value).split(separator: separator, omittingEmptySubsequences: false)
                return .array(parts.map { .string(String($0)) })
            },
            ValueMethod(
                Signature(
                    "replacingOccurrences", [Parameter("of", .string), Parameter("with", .string)],
                    result: .string,
                    summary: "The text with each occurrence of another text replaced.", isPure: true)
            ) { value, arguments, _ in
                let (old, new) = (try arguments.string("of"), try arguments.string("with"))
                guard !old.isEmpty else { return value }
                let parts = text(value).split(separator: old, omittingEmptySubsequences: false)
                try Operators.checkText(text(value).utf8.count + parts.count * new.utf8.count)
                return .string(parts.joined(separator: new))
            },
            ValueMethod(
                Signature(
                    "firstIndex", [Parameter("of", .string)], result: .integer,
                    summary: "The position where a text begins, or nil.", isPure: true)
            ) { value, arguments, _ in
                let wanted = try arguments.string("of")
                guard let range = text(value).firstRange(of: wanted) else { return .nothing }
                return .integer(text(value).distance(from: text(value).startIndex, to: range.lowerBound))
            },
            ValueMethod(
                Signature(
                    "append", [Parameter(label: nil, name: "other", .string)],
                    summary: "Adds text at the end."),
                isMutating: true
            ) { value, arguments, _ in
                var changed = text(value)
                let other = try arguments.string("other")
                try Operators.checkText(changed.utf8.count + other.utf8.count)
                value = .nothing
                changed += other
                value = .string(changed)
                return .void
            },
        ]
        + ["map", "filter", "enumerated", "sorted"].compactMap { ListMembers.table.methods[$0] }.map(
            onCharacters)

    private static func text(_ value: Value) -> String { value.string ?? "" }

    private static func character(_ character: Character?) -> Value {
        character.map { .string(String($0)) } ?? .nothing
    }

    private static func plain(
        _ name: String, _ summary: String, _ body: @escaping @Sendable (String) -> String
    ) -> ValueMethod {
        ValueMethod(Signature(name, result: .string, summary: summary, isPure: true)) { value, _, _ in
            .string(body(text(value)))
        }
    }

    private static func asking(
        _ name: String, _ summary: String, _ body: @escaping @Sendable (String, String) -> Bool
    ) -> ValueMethod {
        ValueMethod(
            Signature(
                name, [Parameter(label: nil, name: "other", .string)], result: .boolean,
                summary: summary,
                isPure: true)
        ) { value, arguments, _ in
            .boolean(body(text(value), try arguments.string("other")))
        }
    }

    private static func part(
        _ name: String, _ summary: String, default count: String? = nil,
        _ body: @escaping @Sendable (String, Int) -> String
    ) -> ValueMethod {
        ValueMethod(
            Signature(
                name, [Parameter(label: nil, name: "count", .integer, default: count)], result: .string,
                summary: summary, isPure: true)
        ) { value, arguments, _ in
            .string(body(text(value), try ListMembers.count(arguments)))
        }
    }

    private static func onCharacters(_ method: ValueMethod) -> ValueMethod {
        ValueMethod(method.signature) { value, arguments, context in
            var list = Value.array(text(value).map { .string(String($0)) })
            return try method.body(&list, arguments, context)
        }
    }
}
