import Crypto
import Synchronization

/// The SHA-256 of the bytes of some files, one after the other, worked out once, when first asked for.
final class FileDigest: Sendable {
    private let files: [MappedFile]
    private let digest = Mutex<String?>(nil)

    init(_ files: [MappedFile]) {
        self.files = files
    }

    /// In hexadecimal; empty where a file has been written before this was first asked for.
    var sha256: String {
        digest.withLock { digest in
            if let digest { return digest }
            let text = Self.sha256(of: files.map(\.bytes))
            guard files.allSatisfy(\.isCertain) else { return "" }
            digest = text
            return text
        }
    }

    /// The SHA-256 of some bytes, one piece after the other, in hexadecimal.
    static func sha256(of pieces: [UnsafeRawBufferPointer]) -> String {
        var hash = SHA256()
        for piece in pieces { hash.update(bufferPointer: piece) }
        return hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// The SHA-256 of a text as UTF-8, in hexadecimal.
    static func sha256(of text: String) -> String {
        Array(text.utf8).withUnsafeBytes { Self.sha256(of: [$0]) }
    }
}
