import Platform

/// Turns text into the numbers of a text tower's tokens.
///
///     text → cleaned → added tokens set apart → normalized → cut into words → subwords → numbers
///
/// It does what the tower's own project does: OpenAI's and open_clip's `SimpleTokenizer`, or the steps that Hugging
/// Face's `tokenizer.json` lists. ``TokenizerFiles`` reads it from the files beside the weights.
public struct Tokenizer: Sendable {
    /// Cleans a text before anything else; nil if the project does not.
    var cleaning: CaptionCleaning?
    /// Tokens that are recognized in a text as a whole, such as `<|endoftext|>`.
    var added = AddedTokens()
    /// The steps that change a text before it is cut.
    var normalization: [TextNormalization] = []
    /// The steps that cut a text into words.
    var splitting: [WordSplitting] = []
    /// Words that are tokens of their own, whatever the subwords: the special ones that open_clip looks for.
    var wholeWords: [String: Int] = [:]
    /// Cuts a word into subwords.
    var model: any SubwordModel
    /// The tokens before those of a text.
    var opening: [Int] = []
    /// The tokens after those of a text.
    var closing: [Int] = []

    /// Returns the tokens of a text without the opening and closing ones.
    ///
    /// - Returns: indices into the tower's table of embeddings.
    public func tokens(of text: String) -> [Int] {
        let text = cleaning?.clean(text) ?? text
        return added.split(text, isNormalized: false).flatMap { part -> [Int] in
            switch part {
            case .token(let token): return [token]
            case .text(let text):
                let normalized = normalization.reduce(text) { $1.apply(to: $0) }
                return added.split(normalized, isNormalized: true).flatMap(tokens)
            }
        }
    }

    private func tokens(of part: AddedTokens.Part) -> [Int] {
        switch part {
        case .token(let token): return [token]
        case .text(let text):
            let words = splitting.reduce([text]) { words, step in words.flatMap(step.apply) }
            return words.flatMap { word in wholeWords[word].map { [$0] } ?? model.tokens(of: word) }
        }
    }

    /// A text as the tokens that a tower reads.
    public struct Encoding: Hashable, Sendable {
        /// The tokens, opening and closing ones included.
        public let tokens: [Int]
        /// How many tokens of the text did not fit and were left out.
        public let droppedCount: Int
    }

    /// Encodes a text as at most `limit` tokens.
    ///
    /// A longer text is cut off at its end; the opening and closing tokens stay, as in every project's `truncation`.
    public func encode(_ text: String, limit: Int) -> Encoding {
        let own = tokens(of: text)
        let kept = own.prefix(max(limit - opening.count - closing.count, 0))
        return Encoding(tokens: opening + kept + closing, droppedCount: own.count - kept.count)
    }
}

/// A vocabulary of subwords, and the rule by which a word is cut into them.
protocol SubwordModel: Sendable {
    /// Returns the tokens of a word.
    func tokens(of word: String) -> [Int]

    /// Returns the token with exactly this text; nil if there is none.
    func token(named text: String) -> Int?
}

/// The bytes of a subword as a key.
///
/// Swift's strings are equal if they are canonically equivalent; subwords are equal only if their bytes are.
struct Subword: Hashable, Sendable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }
    init(_ text: some StringProtocol) { bytes = Array(text.utf8) }
    init(_ scalar: Unicode.Scalar) { bytes = Array(String(Character(scalar)).utf8) }

    func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}
