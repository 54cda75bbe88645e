/// Finds source that swift-syntax cannot parse: code nested so deeply that it would need exponential time or memory, or
/// overflow the stack.
///
/// - The parser tries each `[` first as the beginning of a type and looks ahead twice for that, at every level:
///   two dozen levels take seconds, three dozen would never finish.
/// - The lexer copies its stack for each string within a string.
/// - The parser looks for the end of each bracket that is never closed, again at every level.
/// - The parser counts brackets within brackets and stops in time, but not the rest of its recursion: over
///   `try try try`, `- - -`, `else if … else if …`, `() -> () -> ()`,
///   `a<b, a<b, a<b`.
///
/// So all this is checked before the cell is parsed. Strings and comments do not count; code in string interpolations
/// does. The limits are far above what people write, and measurements show them to be far below what fills a stack of 8
/// MB.
struct NestingScan {
    /// The most square brackets within each other.
    ///
    /// Time doubles with each; at this depth it is a few hundredths of a second.
    static let brackets = 14
    /// The most brackets of all kinds within each other.
    ///
    /// If they are never closed, time grows with the cube of their number.
    static let open = 200
    /// The most strings within interpolations of strings.
    static let texts = 20
    /// The most words and operators without a bracket, comma or semicolon between them.
    static let run = 3_000
    /// The most `else`, `->` and `a<` in one cell.
    static let branches = 500

    private enum Mode {
        /// Code, with the number of its open parentheses.
        case code(parentheses: Int)
        /// A string, with the number of `#` around it and of its quotes.
        case text(pounds: Int, quotes: Int)
    }

    private let bytes: [UInt8]
    private var index = 0
    private var modes: [Mode] = [.code(parentheses: 0)]
    private var depth = 0
    private var open = 0
    private var run = 0
    private var branches = 0
    /// Whether the last token can end a statement.
    private var endsLine = false
    /// Whether the next word begins a statement on a new line.
    private var lineMayEnd = false

    /// The words after which a statement continues, even on the next line.
    private static let unfinished: Set<String> = [
        "try", "await", "return", "throw", "as", "is", "in", "let", "var", "if", "while", "for", "guard",
        "switch",
        "repeat", "do", "else", "case", "where", "any", "some", "inout", "import", "func", "class", "each",
        "copy",
        "consume", "unsafe", "borrowing", "consuming", "struct", "enum", "protocol", "extension", "actor",
        "static",
    ]

    /// Returns what is too deep and its UTF-8 offset; nil if nothing is.
    static func tooDeep(in bytes: [UInt8]) -> (message: String, offset: Int)? {
        var scan = NestingScan(bytes: bytes)
        return scan.scan()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func scan() -> (message: String, offset: Int)? {
        while index < bytes.count, let mode = modes.last {
            switch mode {
            case .code(let parentheses):
                if let offset = code(parentheses) {
                    return (
                        "More than \(Self.brackets) nested square brackets are too many for a cell.",
                        offset
                    )
                }
            case .text(let pounds, let quotes):
                text(pounds, quotes)
            }
            if run > Self.run || branches > Self.branches || open > Self.open {
                return ("This is nested too deeply for a cell.", index)
            }
            if modes.count > 2 * Self.texts {
                return ("More than \(Self.texts) nested texts are too many for a cell.", index)
            }
        }
        return nil
    }

    private mutating func code(_ parentheses: Int) -> Int? {
        let start = index
        if word() { return nil }
        switch bytes[index] {
        case UInt8(ascii: "["):
            depth += 1
            if depth > Self.brackets { return index }
        case UInt8(ascii: "]"): depth = max(0, depth - 1)
        case UInt8(ascii: "("): modes[modes.count - 1] = .code(parentheses: parentheses + 1)
        case UInt8(ascii: ")"):
            if parentheses == 0, modes.count > 1 {
                modes.removeLast()
            } else {
                modes[modes.count - 1] = .code(parentheses: max(0, parentheses - 1))
            }
        case UInt8(ascii: "/") where follows("//"):
            skip { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        case UInt8(ascii: "/") where follows("/*"): skipComment()
        case UInt8(ascii: "\""), UInt8(ascii: "#"):
            let pounds = count(of: UInt8(ascii: "#"), from: index)
            let quotes = count(of: UInt8(ascii: "\""), from: index + pounds)
            index += pounds
            if quotes > 0 {
                // Two quotes are an empty string, unless there is a `#` before them.
                let opening = quotes >= 3 ? 3 : quotes == 2 && pounds == 0 ? 2 : 1
                if opening != 2 { modes.append(.text(pounds: pounds, quotes: opening)) }
                index += opening
                endsLine = true
            }
            return nil
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): lineMayEnd = lineMayEnd || endsLine
        default: operation()
        }
        if index == start { index += 1 }
        if "()[]{},;".utf8.contains(bytes[start]) { run = 0 }
        if "([{".utf8.contains(bytes[start]) { open += 1 }
        if ")]}".utf8.contains(bytes[start]) {
            open = max(0, open - 1)
            endsLine = true
        }
        return nil
    }

    /// Skips a word and counts it.
    private mutating func word() -> Bool {
        let length = bytes[index...].prefix { byte in
            byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }.count
        guard length > 0 else { return false }
        if bytes[index...].prefix(length).elementsEqual("else".utf8) { branches += 1 }
        if lineMayEnd { run = 0 }
        lineMayEnd = false
        run += 1
        endsLine = !Self.unfinished.contains(String(decoding: bytes[index...].prefix(length), as: UTF8.self))
        index += length
        // `a<` may begin generic arguments, which the parser tries to read before it compares.
        if index < bytes.count, bytes[index] == UInt8(ascii: "<") { branches += 1 }
        return true
    }

    /// Counts an operator.
    private mutating func operation() {
        guard "+-*/%<>=!&|^~?.:@\\".utf8.contains(bytes[index]) else { return }
        run += 1
        endsLine = false
        lineMayEnd = false
        if bytes[index] == UInt8(ascii: "-"), follows("->") { branches += 1 }
    }

    private mutating func text(_ pounds: Int, _ quotes: Int) {
        switch bytes[index] {
        case UInt8(ascii: "\\"):
            let marks = count(of: UInt8(ascii: "#"), from: index + 1)
            let after = index + 1 + pounds
            if marks >= pounds, after < bytes.count {
                if bytes[after] == UInt8(ascii: "(") { modes.append(.code(parentheses: 0)) }
                index = after + 1
            } else {
                index += 1
            }
        case UInt8(ascii: "\n") where quotes == 1, UInt8(ascii: "\r") where quotes == 1:
            // A string in single quotes ends with its line, closed or not.
            modes.removeLast()
        case UInt8(ascii: "\""):
            if count(of: UInt8(ascii: "\""), from: index) >= quotes,
                count(of: UInt8(ascii: "#"), from: index + quotes) >= pounds
            {
                modes.removeLast()
                index += quotes + pounds
            } else {
                index += 1
            }
        default: index += 1
        }
    }

    private func count(of byte: UInt8, from start: Int) -> Int {
        guard start < bytes.count else { return 0 }
        return bytes[start...].prefix { $0 == byte }.count
    }

    private func follows(_ text: StaticString) -> Bool {
        index + 1 < bytes.count && bytes[index + 1] == text.utf8Start[1]
    }

    private mutating func skip(until isEnd: (UInt8) -> Bool) {
        while index < bytes.count, !isEnd(bytes[index]) { index += 1 }
    }

    /// Skips a comment, which may hold nested ones, as in Swift.
    private mutating func skipComment() {
        var level = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "/"), follows("/*") {
                level += 1
                index += 2
            } else if bytes[index] == UInt8(ascii: "*"), follows("*/") {
                level -= 1
                index += 2
                if level == 0 { return }
            } else {
                index += 1
            }
        }
    }
}
