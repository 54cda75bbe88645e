import Crypto

/// The hash of contents, SHA-256.
package enum ContentHash {
    /// Returns the SHA-256 of the concatenated pieces in hexadecimal.
    package static func sha256(of pieces: [UnsafeRawBufferPointer]) -> String {
        var hash = SHA256()
        for piece in pieces { hash.update(bufferPointer: piece) }
        return hexadecimal(hash.finalize())
    }

    /// Returns the SHA-256 of a text as UTF-8, in hexadecimal.
    package static func sha256(of text: String) -> String {
        Array(text.utf8).withUnsafeBytes { Self.sha256(of: [$0]) }
    }
}
