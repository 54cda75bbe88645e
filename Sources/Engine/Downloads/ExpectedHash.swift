import Crypto
import Foundation
import Platform

/// The expected hash of a file.
package enum ExpectedHash: Hashable, Sendable {
    /// The first digits, or all 64, of the SHA-256 in hexadecimal.
    case sha256(String)
    /// The SHA-1 of the file as a git blob in hexadecimal: of "blob", the length and the bytes.
    case gitBlob(String)

    /// Reads the hash in a file's name as torch.hub does: `vit_b_32-d86f8d99.pth`.
    ///
    /// - Source: torch.hub, `HASH_REGEX`; fewer than eight digits are not considered a hash.
    package init?(fileName: String) {
        guard let dash = fileName.lastIndex(of: "-"), let dot = fileName[dash...].firstIndex(of: ".") else {
            return nil
        }
        let digits = String(fileName[fileName.index(after: dash)..<dot])
        guard (8...64).contains(digits.count), digits.allSatisfy(isHexadecimal) else { return nil }
        self = .sha256(digits)
    }

    /// Reads the hash in the hub's entity tag: a SHA-256 for large files, git's hash for small ones; nil for other
    /// tags.
    ///
    /// - Source: huggingface_hub, `hf_hub_url`.
    package init?(tag: String) {
        guard tag.allSatisfy(isHexadecimal) else { return nil }
        switch tag.count {
        case 64: self = .sha256(tag)
        case 40: self = .gitBlob(tag)
        default: return nil
        }
    }

    /// The expected digits.
    package var digits: String {
        switch self {
        case .sha256(let digits), .gitBlob(let digits): digits
        }
    }
}

/// Returns whether this is one of 0…9 and a…f.
func isHexadecimal(_ character: Character) -> Bool {
    "0123456789abcdef".contains(character)
}

/// The hash of a file, computed while its bytes arrive.
package struct RunningHash {
    private enum State {
        case nothing
        case sha256(SHA256)
        case gitBlob
    }

    private let expected: ExpectedHash?
    private var state: State

    package init(_ expected: ExpectedHash?) {
        self.expected = expected
        state =
            switch expected {
            case .sha256: .sha256(SHA256())
            // The hash begins with the length, which may be known only at the end. These files are small.
            case .gitBlob: .gitBlob
            case nil: .nothing
            }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard case .sha256(var hash) = state else { return }
        // Releases the enum's copy, so that the hash is updated in place.
        state = .nothing
        hash.update(bufferPointer: bytes)
        state = .sha256(hash)
    }

    /// Returns the hash of the whole file if it is not the expected one.
    ///
    /// - Parameter contents: returns the file's bytes; called only if they are needed.
    package func mismatch(contents: () throws(EngineError) -> Data) throws(EngineError) -> String? {
        let found: String
        switch state {
        case .nothing: return nil
        case .sha256(let hash): found = hexadecimal(hash.finalize())
        case .gitBlob:
            let bytes = try contents()
            var hash = Insecure.SHA1()
            hash.update(data: Data("blob \(bytes.count)\0".utf8))
            hash.update(data: bytes)
            found = hexadecimal(hash.finalize())
        }
        return found.hasPrefix(expected?.digits ?? "") ? nil : found
    }
}
