/// Returns a message of Swift's parser as a sentence in the words that cells use.
///
/// The sentence begins with a capital letter, quotes code as other messages do, and does not name parts of a compiler:
/// "expected expression in 'if' statement" becomes "Expected a value in `if` statement".
func plainParserMessage(_ message: String) -> String {
    if let whole = wholeMessages[message] { return whole }
    var text = withCodeInBackticks(message)
    for (term, plain) in plainTerms {
        for range in text.ranges(of: term).reversed() where !isInCode(range.lowerBound, of: text) {
            text.replaceSubrange(range, with: plain)
        }
    }
    return text.prefix(1).uppercased() + text.dropFirst()
}

private let wholeMessages = [
    "consecutive statements on a line must be separated by newline or ';'":
        "Two statements on one line need `;` between them",
    "consecutive declarations on a line must be separated by newline or ';'":
        "Two declarations on one line need `;` between them",
    "expected Sequence expression for for-each loop": "`for` needs a list or a range: `for x in 0..<3 { … }`",
    "expected '{' or 'if' after 'else'": "`else` needs a body in braces: `else { … }`",
    "expected ':' and expression after '? ...' in ternary expression": "`a ? b` needs its other half: `a ? b : c`",
    "expected ':' after '? ...' in ternary expression": "`a ? b` needs its other half: `a ? b : c`",
    "standalone ';' statements are not allowed": "There is nothing before this `;`",
    "all statements inside a switch must be covered by a 'case' or 'default' label":
        "Inside `switch`, every line must belong to a `case` or `default`",
]

/// The replacements of terms; longer terms come before those that they contain.
private let plainTerms = [
    ("expected expression", "expected a value"),
    ("expected identifier", "expected a name"),
    ("expected pattern", "expected a name"),
    ("expected type annotation", "expected a type"),
    ("multi-line string literal", "multi-line text"),
    ("string literal", "text"),
    ("integer literal", "number"),
    ("floating literal", "number"),
    ("prefix operator expression", "operator"),
    ("ternary expression", "`a ? b : c`"),
    ("code block", "braces"),
    ("source file", "cell"),
    ("extraneous code", "unexpected code"),
    ("extraneous", "unexpected"),
    (" at top level", ""),
    ("to end function call", "at the end of this call"),
    ("to end array", "at the end of this list"),
    ("to end dictionary", "at the end of this dictionary"),
    ("to end tuple", "at the end of these parentheses"),
    ("to end closure", "at the end of this closure"),
    ("to end text", "at the end of this text"),
    ("to end", "at the end of"),
]

/// Replaces the quotes around code by backticks: `'if'` → `` `if` ``; an apostrophe within a word stays.
private func withCodeInBackticks(_ message: String) -> String {
    var result = ""
    var isOpen = false
    var rest = Substring(message)
    while let character = rest.popFirst() {
        guard character == "'" else {
            result.append(character)
            continue
        }
        let opens = !isOpen && (result.last.map { " (".contains($0) } ?? true)
        let closes = isOpen && (rest.first.map { " ,;.:)?".contains($0) } ?? true)
        if opens || closes { isOpen.toggle() }
        result.append(opens || closes ? "`" : "'")
    }
    return result
}

private func isInCode(_ index: String.Index, of text: String) -> Bool {
    text[..<index].count { $0 == "`" } % 2 == 1
}
