import Platform
import Synchronization

/// The SHA-256 of the concatenated bytes of several files, computed once, on first use.
final class FileDigest: Sendable {
    private let files: [MappedFile]
    private let digest = Mutex<String?>(nil)

    init(_ files: [MappedFile]) {
        self.files = files
    }

    /// The hash in hexadecimal; empty if a file was written before this was first computed.
    var sha256: String {
        digest.withLock { digest in
            if let digest { return digest }
            let text = ContentHash.sha256(of: files.map(\.bytes))
            guard files.allSatisfy(\.isUntouched) else { return "" }
            digest = text
            return text
        }
    }
}
