/// A step that cuts a text into words.
///
/// - Source: Hugging Face's tokenizers, `pre_tokenizers`.
enum WordSplitting: Sendable {
    /// What becomes of the matches of a pattern.
    enum Behavior: String, Sendable {
        case removed = "Removed"
        case isolated = "Isolated"
        case mergedWithPrevious = "MergedWithPrevious"
        case mergedWithNext = "MergedWithNext"
        case contiguous = "Contiguous"
    }

    /// Cuts at the matches of a pattern, or between them if it is inverted.
    case pattern(TextPattern, Behavior, isInverted: Bool)
    /// Writes each byte as a character, see ``ByteLevel``; a space can be put first, and words cut as GPT-2 cuts them.
    case byteLevel(addsSpace: Bool, cutsWords: Bool)
    /// Writes each space as a character, and cuts before it if `splits`.
    case metaspace(String, Prepending, splits: Bool)

    /// When the character of a space is put before a text.
    enum Prepending: String, Sendable {
        case always, first, never
    }

    /// The words of GPT-2, with the space before a word as its part.
    private static let gpt2 = TextPattern.known(
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#)
    /// The words of CLIP: letters, single digits, and anything else but white space.
    static let clip = #"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#

    // Swift's own replacement takes a space with a mark on it for another character.
    private static let space = TextPattern(literally: " ")

    /// Returns the words of a text.
    func apply(to text: String) -> [String] {
        switch self {
        case .pattern(let pattern, let behavior, let isInverted):
            let parts = pattern.parts(of: text).map { ($0.text, $0.isMatch != isInverted) }
            return Self.words(parts, behavior)
        case .byteLevel(let addsSpace, let cutsWords):
            let text = addsSpace && text.utf8.first != UInt8(ascii: " ") ? " " + text : text
            return (cutsWords ? Self.gpt2.parts(of: text).map(\.text) : [text]).map(ByteLevel.spelled)
        case .metaspace(let space, let prepending, let splits):
            var text = Self.space.replacing(in: text, with: space)
            if prepending != .never, !text.utf8.starts(with: space.utf8) { text = space + text }
            guard splits else { return [text] }
            return Self.words(TextPattern(literally: space).parts(of: text), .mergedWithNext)
        }
    }

    private static func words(_ parts: [(text: String, isMatch: Bool)], _ behavior: Behavior) -> [String] {
        switch behavior {
        case .removed: return parts.filter { !$0.isMatch }.map(\.text)
        case .isolated: return parts.map(\.text)
        case .contiguous:
            var words: [String] = []
            for (index, part) in parts.enumerated() {
                if index > 0, parts[index - 1].isMatch == part.isMatch {
                    words[words.count - 1] += part.text
                } else {
                    words.append(part.text)
                }
            }
            return words
        case .mergedWithPrevious:
            var words: [String] = []
            var wasMatch = false
            for part in parts {
                if part.isMatch, !wasMatch, !words.isEmpty {
                    words[words.count - 1] += part.text
                } else {
                    words.append(part.text)
                }
                wasMatch = part.isMatch
            }
            return words
        case .mergedWithNext:
            var words: [String] = []
            var wasMatch = false
            for part in parts.reversed() {
                if part.isMatch, !wasMatch, !words.isEmpty {
                    words[words.count - 1] = part.text + words[words.count - 1]
                } else {
                    words.append(part.text)
                }
                wasMatch = part.isMatch
            }
            return words.reversed()
        }
    }
}
