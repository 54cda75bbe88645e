/// Tokens that are recognized in a text as a whole, before it is cut into words.
struct AddedTokens: Sendable {
    /// One of them.
    struct Token: Sendable {
        let text: Subword
        let token: Int
        /// Whether it is looked for after the normalization.
        let isNormalized: Bool
        /// Whether it takes the white space before it.
        var takesLeft = false
        /// Whether it takes the white space after it.
        var takesRight = false
    }

    /// A part of a text.
    enum Part: Hashable, Sendable {
        case text(String)
        case token(Int)
    }

    private let tokens: [Token]

    init(_ tokens: [Token] = []) {
        // The longest of those that begin at one place counts.
        self.tokens = tokens.filter { !$0.text.bytes.isEmpty }.sorted { $0.text.bytes.count > $1.text.bytes.count }
    }

    /// Returns a text with the tokens in it set apart.
    ///
    /// - Parameter isNormalized: which of the tokens are looked for.
    func split(_ text: String, isNormalized: Bool) -> [Part] {
        let tokens = tokens.filter { $0.isNormalized == isNormalized }
        guard !tokens.isEmpty else { return text.isEmpty ? [] : [.text(text)] }
        let bytes = Array(text.utf8)
        var parts: [Part] = []
        var (start, place) = (0, 0)
        func add(upTo end: Int) {
            if start < end { parts.append(.text(String(decoding: bytes[start..<end], as: UTF8.self))) }
        }
        while place < bytes.count {
            guard let found = tokens.first(where: { bytes[place...].starts(with: $0.text.bytes) }) else {
                place += 1
                continue
            }
            var (first, end) = (place, place + found.text.bytes.count)
            while found.takesLeft, first > start, bytes[first - 1] == UInt8(ascii: " ") { first -= 1 }
            while found.takesRight, end < bytes.count, bytes[end] == UInt8(ascii: " ") { end += 1 }
            add(upTo: first)
            parts.append(.token(found.token))
            (start, place) = (end, end)
        }
        add(upTo: bytes.count)
        return parts
    }
}
