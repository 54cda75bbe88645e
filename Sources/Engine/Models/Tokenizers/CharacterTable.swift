import Foundation

/// SentencePiece's table of character replacements (`nmt_nfkc`): a double-array trie, and the texts it leads to.
///
/// - Source: google/sentencepiece `normalizer.cc`; huggingface/spm_precompiled `lib.rs`; s-yata/darts-clone for the
///   trie's units.
struct CharacterTable: Sendable {
    private let units: [UInt32]
    private let texts: [UInt8]

    /// Reads a table; nil if it is damaged.
    ///
    /// - Parameter bytes: the number of the trie's bytes, the trie, then texts that each end with a zero.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 4 else { return nil }
        func number(at offset: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
        }
        let size = Int(number(at: 0))
        guard size % 4 == 0, size > 0, bytes.count >= 4 + size else { return nil }
        units = (0..<size / 4).map { number(at: 4 + 4 * $0) }
        texts = Array(bytes[(4 + size)...])
    }

    /// Returns a text with its characters replaced: first what a reader takes for one character, if that is short, then
    /// each of its scalars.
    func apply(to text: String) -> String {
        var result: [UInt8] = []
        for character in text {
            let bytes = Array(character.utf8)
            if bytes.count < 6, let found = replacement(of: bytes) {
                result += found
                continue
            }
            for scalar in character.unicodeScalars {
                let own = Array(String(Character(scalar)).utf8)
                result += replacement(of: own) ?? own
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Returns the replacement of the shortest start of `key` that has one; nil if none has.
    private func replacement(of key: [UInt8]) -> [UInt8]? {
        guard var unit = units.first else { return nil }
        var node = offset(unit)
        for byte in key where byte != 0 {
            node ^= Int(byte)
            guard units.indices.contains(node) else { return nil }
            unit = units[node]
            guard unit & (1 << 31 | 0xFF) == UInt32(byte) else { return nil }
            node ^= offset(unit)
            guard unit >> 8 & 1 == 1 else { continue }
            guard units.indices.contains(node) else { return nil }
            let start = Int(units[node] & (1 << 31 - 1))
            guard start < texts.count else { return nil }
            return Array(texts[start...].prefix { $0 != 0 })
        }
        return nil
    }

    private func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & (1 << 9)) >> 6)) }
}
