/// A unigram language model: a word is cut into the subwords whose scores have the largest sum.
///
/// The best cut up to each place is kept, so that one pass over the word finds the best of all.
///
/// - Source: Kudo 2018, arXiv:1804.10959, section 3.2; Hugging Face's tokenizers, `models/unigram/model.rs`,
///   `encode_optimized`.
struct UnigramModel: SubwordModel {
    private let tokens: [Subword: (token: Int, score: Double)]
    private let longest: Int
    private let unknown: Int?
    private let unknownScore: Double
    private let fallsBackToBytes: Bool

    /// How much less likely an unknown character is than the least likely subword.
    private static let unknownPenalty = 10.0

    /// Creates a model.
    ///
    /// - Parameters:
    ///   - pieces: the subwords with their logarithms of probabilities, in the order of their tokens.
    ///   - unknown: the token for characters that no subword has.
    init(_ pieces: [(text: Subword, score: Double)], unknown: Int?, fallsBackToBytes: Bool) {
        var tokens: [Subword: (token: Int, score: Double)] = [:]
        for (token, piece) in pieces.enumerated() { tokens[piece.text] = (token, piece.score) }
        self.tokens = tokens
        self.unknown = unknown
        self.fallsBackToBytes = fallsBackToBytes
        longest = pieces.map(\.text.bytes.count).max() ?? 0
        unknownScore = (pieces.map(\.score).min() ?? 0) - Self.unknownPenalty
    }

    func token(named text: String) -> Int? { tokens[Subword(text)]?.token }

    /// The end of the best cut of a word's beginning.
    private struct Step {
        var start = -1
        var score = 0.0
        var isUnknown = false
    }

    func tokens(of word: String) -> [Int] {
        let bytes = Array(word.utf8)
        guard !bytes.isEmpty else { return [] }
        let best = bestSteps(bytes, lengths: word.unicodeScalars.map { UTF8.width($0) })
        var parts: [(range: Range<Int>, isUnknown: Bool)] = []
        var end = bytes.count
        while end > 0, best[end].start >= 0 {
            let step = best[end]
            // Neighboring unknown characters are one.
            if step.isUnknown, let last = parts.last, last.isUnknown {
                parts[parts.count - 1].range = step.start..<last.range.upperBound
            } else {
                parts.append((step.start..<end, step.isUnknown))
            }
            end = step.start
        }
        return parts.reversed().flatMap { part in tokens(ofPart: Array(bytes[part.range])) }
    }

    private func bestSteps(_ bytes: [UInt8], lengths: [Int]) -> [Step] {
        var best = [Step](repeating: Step(), count: bytes.count + 1)
        var start = 0
        for length in lengths {
            let sum = best[start].score
            var isKnown = false
            for end in start + 1...max(min(start + longest, bytes.count), start + 1) {
                guard let found = tokens[Subword(Array(bytes[start..<end]))] else { continue }
                if best[end].start < 0 || sum + found.score > best[end].score {
                    best[end] = Step(start: start, score: sum + found.score)
                }
                if end == start + length { isKnown = true }
            }
            let end = start + length
            if !isKnown, best[end].start < 0 || sum + unknownScore > best[end].score {
                best[end] = Step(start: start, score: sum + unknownScore, isUnknown: true)
            }
            start = end
        }
        return best
    }

    private func tokens(ofPart bytes: [UInt8]) -> [Int] {
        if let known = tokens[Subword(bytes)] { return [known.token] }
        if fallsBackToBytes {
            let own = bytes.compactMap { tokens[ByteToken.name(of: $0)]?.token }
            if own.count == bytes.count { return own }
        }
        return unknown.map { [$0] } ?? []
    }
}
