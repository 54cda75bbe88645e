import Crypto

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
    package func signature(of message: Multipart) -> [UInt8] {
        code(of: [message.header, message.parent, message.metadata, message.content])
    }

    /// Whether the message's own signature is the right one, compared in constant time.
    package func accepts(_ message: Multipart) -> Bool {
        guard isSigning else { return true }
        return isSame(message.signature, signature(of: message))
    }

    /// The signature of a content that stands alone, in hexadecimal; empty without a key.
    package func signature(of content: [UInt8]) -> [UInt8] {
        code(of: [content])
    }

    /// Whether the signature is the one of a content that stands alone.
    package func accepts(_ signature: [UInt8], of content: [UInt8]) -> Bool {
        guard isSigning else { return true }
        return isSame(signature, self.signature(of: content))
    }

    /// The code of some parts, one after the other, in hexadecimal; empty without a key.
    private func code(of parts: [[UInt8]]) -> [UInt8] {
        guard let key else { return [] }
        return switch scheme {
        case .sha256: code(of: parts, key, SHA256.self)
        case .sha384: code(of: parts, key, SHA384.self)
        case .sha512: code(of: parts, key, SHA512.self)
        // Broken as hashes, though not in HMAC; who asks for them gets them.
        case .sha1: code(of: parts, key, Insecure.SHA1.self)
        case .md5: code(of: parts, key, Insecure.MD5.self)
        }
    }

    private func code<Hash: HashFunction>(of parts: [[UInt8]], _ key: SymmetricKey, _: Hash.Type) -> [UInt8] {
        var code = HMAC<Hash>(key: key)
        for part in parts { code.update(data: part) }
        return hexadecimal(code.finalize())
    }
}

/// Compares without telling by the time how much of it is the same.
private func isSame(_ signature: [UInt8], _ expected: [UInt8]) -> Bool {
    guard signature.count == expected.count else { return false }
    var difference: UInt8 = 0
    for index in expected.indices { difference |= expected[index] ^ signature[index] }
    return difference == 0
}

private func hexadecimal(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(128)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return text
}
