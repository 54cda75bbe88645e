/// The characters that stand for single bytes in byte-level vocabularies, so that every text has tokens.
///
/// Printable characters of Latin-1 stand for themselves; the others follow from U+0100 on. A space is "Ġ".
///
/// - Source: OpenAI's GPT-2, `encoder.py`, `bytes_to_unicode`.
enum ByteLevel {
    /// The character of each byte.
    static let characters: [Unicode.Scalar] = {
        let printable = Set(Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(0xAE...0xFF))
        var next: UInt32 = 0x100
        return (0..<256).map { byte in
            if printable.contains(byte) { return Unicode.Scalar(UInt8(byte)) }
            defer { next += 1 }
            return Unicode.Scalar(next) ?? " "
        }
    }()

    /// The 256 characters in the order in which OpenAI's vocabulary begins: printable bytes first.
    static let vocabularyOrder: [Unicode.Scalar] = characters.sorted { $0.value < $1.value }

    /// Returns the bytes of a text as their characters.
    static func spelled(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for byte in text.utf8 { scalars.append(characters[Int(byte)]) }
        return String(scalars)
    }
}
