import Platform
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
            let text = ContentHash.sha256(of: files.map(\.bytes))
            guard files.allSatisfy(\.isCertain) else { return "" }
            digest = text
            return text
        }
    }
}
