/// Byte-pair encoding: a word's characters are joined pair by pair, the pair that was learned first before all others.
///
///     low: l o w</w> → lo w</w> → low</w>
///
/// - Source: Sennrich et al. 2016, arXiv:1508.07909, alg. 1; Hugging Face's tokenizers, `models/bpe`; open_clip
///   `tokenizer.py`.
struct BytePairEncoding: SubwordModel {
    /// A pair of neighboring tokens.
    struct Pair: Hashable, Sendable {
        let left: Int
        let right: Int
    }

    /// The result of joining a pair.
    struct Merge: Sendable {
        /// The order in which merges were learned; the lowest comes first.
        let rank: Int
        /// The joined token.
        let token: Int
    }

    /// The settings in which vocabularies differ.
    struct Options: Sendable {
        /// The end of a word's last subword: "</w>".
        var wordEnd = ""
        /// The start of all subwords of a word but the first: "##".
        var continuation = ""
        /// The token for what the vocabulary lacks; nil to leave it out.
        var unknown: Int?
        /// Whether neighboring unknown characters are one unknown token.
        var fusesUnknown = false
        /// Whether an unknown character becomes its bytes' tokens, `<0xE2>`.
        var fallsBackToBytes = false
        /// Whether a word that is in the vocabulary is that token, whatever its merges.
        var ignoresMerges = false
    }

    private let vocabulary: [Subword: Int]
    private let merges: [Pair: Merge]
    private let options: Options

    /// Creates the encoding.
    ///
    /// - Parameters:
    ///   - merges: the pairs in the order in which they were learned. Pairs whose parts or result the vocabulary lacks
    ///     are left out, since they can never be joined.
    init(_ vocabulary: [Subword: Int], merges pairs: [(Subword, Subword)], _ options: Options = Options()) {
        var merges: [Pair: Merge] = [:]
        merges.reserveCapacity(pairs.count)
        for (rank, (left, right)) in pairs.enumerated() {
            let joined = Subword(left.bytes + right.bytes.dropFirst(options.continuation.utf8.count))
            guard let first = vocabulary[left], let second = vocabulary[right], let token = vocabulary[joined] else {
                continue
            }
            let pair = Pair(left: first, right: second)
            if merges[pair] == nil { merges[pair] = Merge(rank: rank, token: token) }
        }
        self.vocabulary = vocabulary
        self.merges = merges
        self.options = options
    }

    func token(named text: String) -> Int? { vocabulary[Subword(text)] }

    func tokens(of word: String) -> [Int] {
        guard !word.isEmpty else { return [] }
        if options.ignoresMerges, let whole = token(named: word) { return [whole] }
        return merged(symbols(of: word))
    }

    /// Returns the tokens of the word's single characters.
    private func symbols(of word: String) -> [Int] {
        let scalars = Array(word.unicodeScalars)
        var symbols: [Int] = []
        var lastIsUnknown = false
        for (index, scalar) in scalars.enumerated() {
            var text = Array(String(Character(scalar)).utf8)
            if index > 0 { text = Array(options.continuation.utf8) + text }
            if index == scalars.count - 1 { text += Array(options.wordEnd.utf8) }
            if let token = vocabulary[Subword(text)] {
                symbols.append(token)
                lastIsUnknown = false
                continue
            }
            let bytes = options.fallsBackToBytes ? text.compactMap { vocabulary[ByteToken.name(of: $0)] } : []
            if !bytes.isEmpty, bytes.count == text.count {
                symbols += bytes
                lastIsUnknown = false
            } else if let unknown = options.unknown {
                if !(options.fusesUnknown && lastIsUnknown) { symbols.append(unknown) }
                lastIsUnknown = true
            }
        }
        return symbols
    }

    private func merged(_ symbols: [Int]) -> [Int] {
        var symbols = symbols
        while symbols.count > 1 {
            var best: (place: Int, merge: Merge)?
            for place in 0..<symbols.count - 1 {
                guard let merge = merges[Pair(left: symbols[place], right: symbols[place + 1])] else { continue }
                if best.map({ merge.rank < $0.merge.rank }) ?? true { best = (place, merge) }
            }
            guard let best else { break }
            symbols[best.place] = best.merge.token
            symbols.remove(at: best.place + 1)
        }
        return symbols
    }
}

/// The tokens of single bytes in vocabularies that fall back to them: `<0x0A>`.
enum ByteToken {
    static func name(of byte: UInt8) -> Subword {
        let digits = String(byte, radix: 16, uppercase: true)
        return Subword("<0x\(digits.count == 1 ? "0" : "")\(digits)>")
    }
}
