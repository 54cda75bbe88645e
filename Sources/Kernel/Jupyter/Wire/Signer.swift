import Crypto
import Platform

/// How messages are signed: HMAC (RFC 2104) over one of these, as connection files name it.
package enum SignatureScheme: String, CaseIterable, Sendable {
    case sha256 = "hmac-sha256"
    case sha384 = "hmac-sha384"
    case sha512 = "hmac-sha512"
    case sha1 = "hmac-sha1"
    case md5 = "hmac-md5"
}

/// Signs messages and checks the signatures of others.
///
/// The signature covers header, parent header, metadata and content, in this order; buffers are not
/// signed.
package struct Signer: Sendable {
    private let key: SymmetricKey?
    private let scheme: SignatureScheme

    /// A signer with the connection file's key.
    ///
    /// An empty one signs nothing and accepts everything.
    package init(key: String, scheme: SignatureScheme = .sha256) {
        self.scheme = scheme
        self.key = key.isEmpty ? nil : SymmetricKey(data: Array(key.utf8))
    }

    /// Whether messages carry signatures.
    package var isSigning: Bool { key != nil }

    /// The signature of the message, in hexadecimal; empty without a key.
    package func signature(of message: Multipart) -> [UInt8] { signature(of: signedParts(of: message)) }

    /// Whether the message's own signature is the right one, compared in constant time.
    package func accepts(_ message: Multipart) -> Bool { accepts(message.signature, of: signedParts(of: message)) }

    /// The signature of a content that stands alone, in hexadecimal; empty without a key.
    package func signature(of content: [UInt8]) -> [UInt8] { signature(of: [content]) }

    /// Whether the signature is the one of a content that stands alone.
    package func accepts(_ signature: [UInt8], of content: [UInt8]) -> Bool { accepts(signature, of: [content]) }

    private func signedParts(of message: Multipart) -> [[UInt8]] {
        [message.header, message.parent, message.metadata, message.content]
    }

    private func signature(of parts: [[UInt8]]) -> [UInt8] {
        guard let key else { return [] }
        return switch scheme {
        case .sha256: hexadecimalCode(of: parts, key, SHA256.self)
        case .sha384: hexadecimalCode(of: parts, key, SHA384.self)
        case .sha512: hexadecimalCode(of: parts, key, SHA512.self)
        // Broken as hashes, though not in HMAC; who asks for them gets them.
        case .sha1: hexadecimalCode(of: parts, key, Insecure.SHA1.self)
        case .md5: hexadecimalCode(of: parts, key, Insecure.MD5.self)
        }
    }

    private func accepts(_ signature: [UInt8], of parts: [[UInt8]]) -> Bool {
        guard let key else { return true }
        // In one spelling alone: in another one, a message that was overheard would be taken for a new one.
        guard let expected = bytes(ofHexadecimal: signature) else { return false }
        return switch scheme {
        case .sha256: code(of: parts, key, SHA256.self) == expected
        case .sha384: code(of: parts, key, SHA384.self) == expected
        case .sha512: code(of: parts, key, SHA512.self) == expected
        case .sha1: code(of: parts, key, Insecure.SHA1.self) == expected
        case .md5: code(of: parts, key, Insecure.MD5.self) == expected
        }
    }

    /// The code of some parts, one after the other. It compares itself in constant time.
    private func code<Hash: HashFunction>(
        of parts: [[UInt8]], _ key: SymmetricKey, _: Hash.Type
    ) -> HMAC<Hash>.MAC {
        var code = HMAC<Hash>(key: key)
        for part in parts { code.update(data: part) }
        return code.finalize()
    }

    private func hexadecimalCode<Hash: HashFunction>(
        of parts: [[UInt8]], _ key: SymmetricKey, _ hash: Hash.Type
    ) -> [UInt8] {
        Array(hexadecimal(code(of: parts, key, hash)).utf8)
    }
}
