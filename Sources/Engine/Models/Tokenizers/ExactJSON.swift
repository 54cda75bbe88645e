import Platform

/// JSON whose texts keep their bytes.
///
/// Swift's dictionaries take canonically equivalent keys for one, and a vocabulary may have both spellings of "é" as
/// tokens. So each byte beyond ASCII is read as a private character, U+E000 and the byte, of which no two are equivalent.
enum ExactJSON {
    private static let start: UInt32 = 0xE000

    /// Parses a file; the texts are to be read with ``text(of:)`` or ``bytes(of:)``.
    static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        var spelled: [UInt8] = []
        spelled.reserveCapacity(bytes.count + bytes.count / 2)
        for byte in bytes {
            guard byte >= 0x80 else {
                spelled.append(byte)
                continue
            }
            // U+E080 to U+E0FF in UTF-8.
            spelled += [0xEE, 0x82 + (byte - 0x80) / 64, 0x80 + byte % 64]
        }
        return try JSON(parsing: spelled)
    }

    /// Returns the bytes of a text.
    static func bytes(of text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if (start + 0x80...start + 0xFF).contains(scalar.value) {
                bytes.append(UInt8(scalar.value - start))
            } else {
                bytes += Array(String(Character(scalar)).utf8)
            }
        }
        return bytes
    }

    /// Returns a text as it is in the file.
    static func text(of text: String) -> String { String(decoding: bytes(of: text), as: UTF8.self) }
}
