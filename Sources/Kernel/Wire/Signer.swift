import Crypto

/// Signs messages with HMAC-SHA256 and checks the signatures of others (RFC 2104).
///
/// The signature covers header, parent header, metadata and content, in this order; buffers are not
/// signed.
package struct Signer: Sendable {
    private let key: SymmetricKey?

    /// A signer with the connection file's key.
    ///
    /// An empty one signs nothing and accepts everything.
    package init(key: String) {
        self.key = key.isEmpty ? nil : SymmetricKey(data: Array(key.utf8))
    }

    /// Whether messages carry signatures.
    package var isSigning: Bool { key != nil }

    /// The signature of the message, in hexadecimal; empty without a key.
    package func signature(of message: Multipart) -> [UInt8] {
        guard let key else { return [] }
        return hexadecimal(code(of: message, key: key).finalize())
    }

    /// Whether the message's own signature is the right one, compared in constant time.
    package func accepts(_ message: Multipart) -> Bool {
        guard isSigning else { return true }
        return isSame(message.signature, signature(of: message))
    }

    /// The signature of a content that stands alone, in hexadecimal; empty without a key.
    package func signature(of content: [UInt8]) -> [UInt8] {
        guard let key else { return [] }
        return hexadecimal(HMAC<SHA256>.authenticationCode(for: content, using: key))
    }

    /// Whether the signature is the one of a content that stands alone.
    package func accepts(_ signature: [UInt8], of content: [UInt8]) -> Bool {
        guard isSigning else { return true }
        return isSame(signature, self.signature(of: content))
    }

    private func code(of message: Multipart, key: SymmetricKey) -> HMAC<SHA256> {
        var code = HMAC<SHA256>(key: key)
        code.update(data: message.header)
        code.update(data: message.parent)
        code.update(data: message.metadata)
        code.update(data: message.content)
        return code
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
    text.reserveCapacity(64)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return text
}
