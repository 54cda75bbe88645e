import Foundation

/// A regular expression of a tokenizer.
///
/// White space is Unicode's, as in the engines of the projects (Oniguruma, Python's `regex`).
struct TextPattern: @unchecked Sendable {
    // Immutable after its creation, and documented to be safe on several threads.
    private let expression: NSRegularExpression

    /// Creates an expression; nil if it cannot be read.
    init?(_ pattern: String, ignoresCase: Bool = false) {
        let portable = pattern.replacing("\\s", with: "\\p{White_Space}").replacing("\\S", with: "\\P{White_Space}")
        guard
            let expression = try? NSRegularExpression(
                pattern: portable, options: ignoresCase ? [.caseInsensitive] : [])
        else { return nil }
        self.expression = expression
    }

    /// Creates an expression that finds a text itself.
    init(literally text: String) {
        guard let expression = try? NSRegularExpression(pattern: NSRegularExpression.escapedPattern(for: text)) else {
            preconditionFailure("an escaped text is an expression")
        }
        self.expression = expression
    }

    /// Returns a text cut at the matches: all of it, in order, each part with whether it is a match.
    func parts(of text: String) -> [(text: String, isMatch: Bool)] {
        let whole = text as NSString
        var parts: [(text: String, isMatch: Bool)] = []
        var end = 0
        for match in expression.matches(in: text, range: NSRange(location: 0, length: whole.length)) {
            let range = match.range
            if range.location > end {
                parts.append((whole.substring(with: NSRange(location: end, length: range.location - end)), false))
            }
            if range.length > 0 { parts.append((whole.substring(with: range), true)) }
            end = range.location + range.length
        }
        if end < whole.length { parts.append((whole.substring(from: end), false)) }
        return parts
    }

    /// Returns a text with the matches replaced.
    func replacing(in text: String, with replacement: String) -> String {
        parts(of: text).map { $0.isMatch ? replacement : $0.text }.joined()
    }
}
