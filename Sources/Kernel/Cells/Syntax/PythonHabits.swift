import SwiftSyntax

/// Explains a syntax error that comes from writing Python, with the Swift to write instead.
///
/// Reads only the line of the parser's first error and the one before, so that strings and comments that look like
/// Python are left alone.
struct PythonHabits {
    let tree: SyntaxTree
    private var source: SourceText { tree.source }

    init(tree: SyntaxTree) { self.tree = tree }

    /// Returns the more helpful error; nil if the line shows no known habit.
    func explanation(for error: CellError) -> CellError? {
        guard let errorLine = error.location.map({ $0.line - 1 }) else { return nil }
        if let fraction = fraction(error) { return fraction }
        let tokens = tokensByLine()
        for line in [errorLine, errorLine - 1] where line >= 0 {
            guard let words = tokens[line], words.count <= 400, let found = habit(in: words) else { continue }
            return source.error(.syntax, found.message, at: Place(start: found.offset, end: found.offset))
        }
        return nil
    }

    /// Returns the error for a number without its zero: `.05`.
    private func fraction(_ error: CellError) -> CellError? {
        guard error.message.contains("floating point literal"), let location = error.location else { return nil }
        let line = Array(location.sourceLine.unicodeScalars)
        let rest = line.dropFirst(location.column - 1)
        guard rest.first == "." else { return nil }
        let digits = String(String.UnicodeScalarView(rest.dropFirst().prefix { ("0"..."9").contains($0) }))
        var front = String(String.UnicodeScalarView(line.prefix(location.column - 1)))
        while front.last?.isWhitespace == true { front.removeLast() }
        let rates = ["lr:", "learning_rate:", "learningRate:", "rate:"]
        let hint =
            rates.dropLast().contains { front.hasSuffix($0) }
            ? ", and the rate is the optimizer's: write `optimizer: .adam(rate: 0.\(digits))`" : ""
        return CellError(.syntax, "Swift writes `0.\(digits)` for `.\(digits)`\(hint)", location: location)
    }

    private struct Word {
        var text: String
        var start: Int
        var end: Int
        var isText: Bool
    }

    private typealias Habit = (message: String, offset: Int)

    private func tokensByLine() -> [Int: [Word]] {
        var lines: [Int: [Word]] = [:]
        for token in tree.root.tokens(viewMode: .sourceAccurate) where token.tokenKind != .endOfFile {
            let start = token.positionAfterSkippingLeadingTrivia.utf8Offset
            var isText = false
            if case .stringSegment = token.tokenKind { isText = true }
            let word = Word(
                text: token.text, start: start, end: token.endPositionBeforeTrailingTrivia.utf8Offset,
                isText: isText)
            lines[source.lineIndex(of: start), default: []].append(word)
        }
        return lines
    }

    // MARK: - One line

    private func habit(in words: [Word]) -> Habit? {
        guard let first = words.first else { return nil }
        let habits: [([Word]) -> Habit?] = [
            comment, magic, quotes, formatted, importing, comprehension, function, lambda, membership, elseIf,
            header,
            logic, choice, slice, printing, label,
        ]
        for habit in habits {
            if let found = habit(words) { return found }
        }
        return statement(first)
    }

    private func comment(_ words: [Word]) -> Habit? {
        guard let index = words.firstIndex(where: { $0.text.hasPrefix("#") && !$0.isText }) else {
            return nil
        }
        let hash = words[index]
        let isRawText = index + 1 < words.count && words[index + 1].text.hasPrefix("\"")
        let knownDirective = [
            "#if", "#else", "#elseif", "#endif", "#available", "#file", "#line", "#selector",
        ]
        guard !isRawText, !knownDirective.contains(hash.text) else { return nil }
        let line = source.lineRange(source.lineIndex(of: hash.start))
        var rest = source.slice(hash.start..<line.upperBound)
        while rest.first == "#" || rest.first == " " { rest.removeFirst() }
        return ("Swift comments start with `//`: `// \(shortened(rest))`", hash.start)
    }

    private func magic(_ words: [Word]) -> Habit? {
        guard let first = words.first, first.text.hasPrefix("%") || first.text.hasPrefix("!"),
            words.count > 1,
            words[1].start == first.end, words[1].text.first?.isLetter == true
        else { return nil }
        return (
            "Cells have no `\(first.text)\(words[1].text)`: they are Swift, without magics or shell commands.",
            first.start
        )
    }

    private func quotes(_ words: [Word]) -> Habit? {
        guard let open = words.firstIndex(where: { $0.text == "'" && !$0.isText }) else { return nil }
        var content = ""
        if open + 1 < words.count, words[open + 1].isText { content = words[open + 1].text }
        return ("Swift puts text in double quotes: `\"\(shortened(content))\"`", words[open].start)
    }

    private func formatted(_ words: [Word]) -> Habit? {
        for (word, next) in zip(words, words.dropFirst())
        where ["f", "r", "b", "F"].contains(word.text) && !word.isText && word.end == next.start
            && next.text.hasPrefix("\"")
        {
            return word.text.lowercased() == "f"
                ? ("Swift puts values in text with `\\( )`: `\"x is \\(x)\"`", word.start)
                : ("Swift text needs no `\(word.text)` before it; raw text is `#\"…\"#`", word.start)
        }
        return nil
    }

    private func importing(_ words: [Word]) -> Habit? {
        guard words[0].text == "import" || words[0].text == "from" else { return nil }
        guard words.contains(where: { ["as", "import", "from", ","].contains($0.text) }) else { return nil }
        return ("Cells need no imports: every command is already available, so leave this line out", words[0].start)
    }

    private func comprehension(_ words: [Word]) -> Habit? {
        guard let open = words.firstIndex(where: { $0.text == "[" }),
            let loop = words.firstIndex(where: { $0.text == "for" }), loop > open + 1, loop + 2 < words.count
        else { return nil }
        let name = words[loop + 1].text
        let element = source.slice(words[open + 1].start..<words[loop - 1].end)
        let close = words.lastIndex { $0.text == "]" } ?? words.count
        var sequence = "list"
        if loop + 3 < close {
            sequence = swiftRange(source.slice(words[loop + 3].start..<words[close - 1].end))
        }
        if sequence.contains("..<") { sequence = "(\(sequence))" }
        if sequence.contains(" if ") {
            return ("Swift has no list comprehensions: `list.filter { … }.map { … }`", words[open].start)
        }
        return (
            "Swift has no list comprehensions: `\(shortened("\(sequence).map { \(name) in \(element) }"))`",
            words[open].start
        )
    }

    private func function(_ words: [Word]) -> Habit? {
        guard words[0].text == "def", words.count > 1 else { return nil }
        return (
            "Swift declares functions with `func`: `func \(words[1].text)(x: Int) -> Int { … }`",
            words[0].start
        )
    }

    private func lambda(_ words: [Word]) -> Habit? {
        guard let index = words.firstIndex(where: { $0.text == "lambda" && !$0.isText }) else { return nil }
        guard let colon = words[index...].firstIndex(where: { $0.text == ":" }), colon > index + 1,
            colon + 1 < words.count
        else { return ("Swift writes a closure in braces: `{ x in x * 2 }`", words[index].start) }
        let names = source.slice(words[index + 1].start..<words[colon - 1].end)
        var end = colon + 1
        var depth = 0
        while end < words.count {
            if ["(", "[", "{"].contains(words[end].text) { depth += 1 }
            if [")", "]", "}"].contains(words[end].text) { depth -= 1 }
            if depth < 0 || depth == 0 && words[end].text == "," { break }
            end += 1
        }
        guard end > colon + 1 else {
            return ("Swift writes a closure in braces: `{ x in x * 2 }`", words[index].start)
        }
        let body = source.slice(words[colon + 1].start..<words[end - 1].end)
        return (
            "Swift writes a closure in braces: `\(shortened("{ \(names) in \(body) }"))`", words[index].start
        )
    }

    private func membership(_ words: [Word]) -> Habit? {
        for (index, word) in words.enumerated() where !word.isText && index > 0 && index + 1 < words.count {
            if word.text == "not", words[index + 1].text == "in" {
                return ("Swift tests membership with `contains`: `!list.contains(x)`", word.start)
            }
            if word.text == "is", ["None", "not"].contains(words[index + 1].text) {
                let operation = words[index + 1].text == "not" ? "!=" : "=="
                return ("Swift compares with `\(operation) nil`", word.start)
            }
        }
        let opensLoop = ["for", "{"]
        guard let index = words.firstIndex(where: { $0.text == "in" && !$0.isText }), index > 0,
            ["if", "while", "elif"].contains(words[0].text),
            !words[..<index].contains(where: { opensLoop.contains($0.text) })
        else { return nil }
        let list =
            index + 1 < words.count && words[index + 1].text.first?.isLetter == true
            ? words[index + 1].text : "list"
        return (
            "Swift tests membership with `contains`: `\(list).contains(\(words[index - 1].text))`", words[index].start
        )
    }

    private func elseIf(_ words: [Word]) -> Habit? {
        guard let word = words.first(where: { $0.text == "elif" && !$0.isText }) else { return nil }
        return ("Swift writes `else if`, and its body in braces", word.start)
    }

    /// Finds the header of a Python block: `for x in range(10):`.
    private func header(_ words: [Word]) -> Habit? {
        let keywords = ["for", "while", "if", "else", "try", "with", "except", "finally", "class"]
        guard keywords.contains(words[0].text) else { return nil }
        var depth = 0
        var colon: Int?
        for (index, word) in words.enumerated() where !word.isText {
            if ["(", "[", "{"].contains(word.text) { depth += 1 }
            if [")", "]", "}"].contains(word.text) { depth -= 1 }
            if word.text == ":", depth == 0 { colon = index; break }
        }
        guard let colon, colon > 0, !words[..<colon].contains(where: { $0.text == "?" }) else { return nil }
        switch words[0].text {
        case "with": return ("Swift has no `with`", words[0].start)
        case "class": return ("Cells do not have `class`", words[0].start)
        case "try", "except", "finally": return ("Swift writes `do { … } catch { … }`", words[0].start)
        default: break
        }
        let head = swiftRange(source.slice(words[0].start..<words[colon - 1].end))
        return ("Swift puts the body in braces: `\(shortened(head)) { … }`", words[colon].start)
    }

    private func logic(_ words: [Word]) -> Habit? {
        let operators = ["and": "&&", "or": "||", "not": "!"]
        for (index, word) in words.enumerated() where !word.isText {
            guard let swift = operators[word.text], index + 1 < words.count,
                index == 0 || words[index - 1].text != ".", word.text == "not" || index > 0
            else { continue }
            return ("Swift writes `\(swift)` for `\(word.text)`", word.start)
        }
        return nil
    }

    /// Finds a conditional expression: `a if c else b`.
    private func choice(_ words: [Word]) -> Habit? {
        guard let index = words.firstIndex(where: { $0.text == "if" && !$0.isText }), index > 0,
            let other = words[index...].firstIndex(where: { $0.text == "else" }), other > index + 1,
            !words.contains(where: { $0.text == "{" && !$0.isText })
        else { return nil }
        let condition = source.slice(words[index + 1].start..<words[other - 1].end)
        let otherwise = other + 1 < words.count ? words[other + 1].text : "…"
        let isText = otherwise.hasPrefix("\"")
        return (
            "Swift puts the condition first: `\(shortened(condition)) ? … : \(isText ? "…" : otherwise)`",
            words[index].start
        )
    }

    /// Finds a slice: `x[1:3]`, or `neurons(0:8)`.
    private func slice(_ words: [Word]) -> Habit? {
        for (index, word) in words.enumerated()
        where word.text == "(" && index > 0 && words[index - 1].end == word.start && index + 4 < words.count {
            let inside = words[(index + 1)...(index + 4)].map(\.text)
            guard inside[1] == ":", inside[3] == ")", Int(inside[0]) != nil else { continue }
            return ("Swift writes a range as `\(inside[0])..<\(inside[2])`", words[index + 1].start)
        }
        for (index, word) in words.enumerated()
        where word.text == "[" && index > 0 && words[index - 1].end == word.start {
            guard let close = words[index...].firstIndex(where: { $0.text == "]" }),
                let colon = words[index..<close].firstIndex(where: { $0.text == ":" }),
                !words[index..<close].contains(where: { $0.text == "(" || $0.text == "?" })
            else { continue }
            let lower = index + 1 < colon ? source.slice(words[index + 1].start..<words[colon - 1].end) : ""
            let upper = colon + 1 < close ? source.slice(words[colon + 1].start..<words[close - 1].end) : ""
            let range = upper.isEmpty ? "\(lower.isEmpty ? "0" : lower)..." : "\(lower)..<\(upper)"
            return (
                "Swift takes a slice with a range: `\(words[index - 1].text)[\(shortened(range))]`", word.start
            )
        }
        return nil
    }

    private func printing(_ words: [Word]) -> Habit? {
        guard words[0].text == "print", words.count > 1, words[1].text != "(", words[1].text != "=" else {
            return nil
        }
        let rest = source.slice(words[1].start..<words[words.count - 1].end)
        return ("Swift calls functions with parentheses: `print(\(shortened(rest)))`", words[1].start)
    }

    /// Finds a label with `=`: `steps =256`, whose blanks make it a syntax error.
    private func label(_ words: [Word]) -> Habit? {
        guard let open = words.firstIndex(where: { $0.text == "(" }) else { return nil }
        for index in words.indices where index > open && words[index].text == "=" && index + 1 < words.count {
            guard words[index - 1].text.first.map({ $0.isLetter || $0 == "_" }) == true,
                !words[..<index].contains(where: { ["{", "let", "var", "func"].contains($0.text) })
            else { continue }
            return (
                "Swift labels arguments with a colon: `\(words[index - 1].text): \(shortened(words[index + 1].text))`",
                words[index].start
            )
        }
        return nil
    }

    private func statement(_ first: Word) -> Habit? {
        switch first.text {
        case "del", "raise", "yield", "pass", "const", "elif", "lambda":
            (UnknownName(first.text).message(among: []), first.start)
        default: nil
        }
    }

    // MARK: - Words

    /// Replaces a Python range by Swift's: `range(10)` → `0..<10`.
    private func swiftRange(_ text: String) -> String {
        guard let start = text.firstRange(of: "range("),
            let close = text[start.upperBound...].firstIndex(of: ")")
        else {
            return text
        }
        let parts = text[start.upperBound..<close].split(separator: ",").map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        let range =
            switch parts.count {
            case 1: "0..<\(parts[0])"
            case 2: "\(parts[0])..<\(parts[1])"
            case 3: "stride(from: \(parts[0]), to: \(parts[1]), by: \(parts[2]))"
            default: "0..<10"
            }
        return String(text[..<start.lowerBound]) + range + String(text[text.index(after: close)...])
    }

    private func shortened(_ text: String) -> String { text.count <= 60 ? text : text.prefix(59) + "…" }
}
