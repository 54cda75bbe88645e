import Crypto
import Foundation
import Platform

/// What a file's bytes should hash to.
package enum ExpectedHash: Hashable, Sendable {
    /// The first digits, or all 64, of the SHA-256 in hexadecimal.
    case sha256(String)
    /// The SHA-1 of git's blob in hexadecimal: of "blob", the length and the bytes.
    case gitBlob(String)

    /// What a file's name promises, as torch.hub reads it: `vit_b_32-d86f8d99.pth`.
    ///
    /// - Source: torch.hub, `HASH_REGEX`; fewer than eight digits are not taken for a hash.
    package init?(fileName: String) {
        guard let dash = fileName.lastIndex(of: "-"), let dot = fileName[dash...].firstIndex(of: ".") else {
            return nil
        }
        let digits = String(fileName[fileName.index(after: dash)..<dot])
        guard (8...64).contains(digits.count), digits.allSatisfy(isHexadecimal) else { return nil }
        self = .sha256(digits)
    }

    /// What the hub's entity tag says: a SHA-256 for large files, git's hash for small ones, nothing for others.
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

    /// The digits that are expected.
    package var digits: String {
        switch self {
        case .sha256(let digits), .gitBlob(let digits): digits
        }
    }
}

/// Whether this is one of 0…9 and a…f.
func isHexadecimal(_ character: Character) -> Bool {
    "0123456789abcdef".contains(character)
}

/// Works out the hash of a file while its bytes come.
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
            // Its beginning is the length, which may be known only at the end. These files are small.
            case .gitBlob: .gitBlob
            case nil: .nothing
            }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard case .sha256(var hash) = state else { return }
        // So that the hash is changed in place and not copied.
        state = .nothing
        hash.update(bufferPointer: bytes)
        state = .sha256(hash)
    }

    /// The digits of the whole file, when they are not the expected ones.
    ///
    /// - Parameter contents: the file's bytes; asked for only where they are needed.
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
