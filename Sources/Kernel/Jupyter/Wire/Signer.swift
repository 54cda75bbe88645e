import Crypto
import Platform

/// A signature scheme: HMAC (RFC 2104) with one of several hashes, named as in connection files.
package enum SignatureScheme: String, CaseIterable, Sendable {
    case sha256 = "hmac-sha256"
    case sha384 = "hmac-sha384"
    case sha512 = "hmac-sha512"
    case sha1 = "hmac-sha1"
    case md5 = "hmac-md5"
}

/// Signs messages and verifies the signatures of received ones.
///
/// The signature covers header, parent header, metadata and content, in this order. Buffers are not
/// signed.
package struct Signer: Sendable {
    private let key: SymmetricKey?
    private let scheme: SignatureScheme

    /// Creates a signer with the connection file's key.
    ///
    /// With an empty key it signs nothing and accepts everything.
    package init(key: String, scheme: SignatureScheme = .sha256) {
        self.scheme = scheme
        self.key = key.isEmpty ? nil : SymmetricKey(data: Array(key.utf8))
    }

    /// Whether messages carry signatures.
    package var isSigning: Bool { key != nil }

    /// Returns a message's signature, in hexadecimal; empty without a key.
    package func signature(of message: Multipart) -> [UInt8] { signature(of: signedParts(of: message)) }

    /// Returns whether a message's signature is valid, comparing in constant time.
    package func accepts(_ message: Multipart) -> Bool { accepts(message.signature, of: signedParts(of: message)) }

    /// Returns the signature of content without a header, in hexadecimal; empty without a key.
    package func signature(of content: [UInt8]) -> [UInt8] { signature(of: [content]) }

    /// Returns whether a signature of content without a header is valid.
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
        // Broken as hashes but not in HMAC, so they are supported.
        case .sha1: hexadecimalCode(of: parts, key, Insecure.SHA1.self)
        case .md5: hexadecimalCode(of: parts, key, Insecure.MD5.self)
        }
    }

    private func accepts(_ signature: [UInt8], of parts: [[UInt8]]) -> Bool {
        guard let key else { return true }
        // Accepts one spelling only. In another, an intercepted message would pass as a new one.
        guard let expected = bytes(ofHexadecimal: signature) else { return false }
        return switch scheme {
        case .sha256: code(of: parts, key, SHA256.self) == expected
        case .sha384: code(of: parts, key, SHA384.self) == expected
        case .sha512: code(of: parts, key, SHA512.self) == expected
        case .sha1: code(of: parts, key, Insecure.SHA1.self) == expected
        case .md5: code(of: parts, key, Insecure.MD5.self) == expected
        }
    }

    /// Returns the authentication code of concatenated parts, whose `==` takes constant time.
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
