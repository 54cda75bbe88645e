import CZeroMQ
import Platform

/// A pair of CurveZMQ keys, as text in Z85.
///
/// A connection file with keys asks the kernel to encrypt its five channels and to accept only clients that
/// know the public key (JEP 145, and “Transport security for kernels” in jupyter_client's documentation).
/// The public key is never sent, so a client that has it has read the connection file. The clients' own keys
/// are not checked, because jupyter_client's heartbeat creates a new pair for each socket.
///
/// Sources: https://rfc.zeromq.org/spec/26/ (CurveZMQ), https://rfc.zeromq.org/spec/32/ (Z85).
package struct CurveKeys: Hashable, Sendable {
    /// The length of a key in characters: 32 bytes, with five characters for four bytes.
    package static let length = 40

    /// The kernel's public key: `curve_publickey`.
    package let publicKey: String
    /// The kernel's secret key: `curve_secretkey`.
    package let secretKey: String

    /// Whether this machine's ZeroMQ library supports CURVE.
    package static var areSupported: Bool { zmq_has("curve") == 1 }

    /// Creates a pair from the keys of a connection file, after checking them.
    ///
    /// - Parameter areSupported: whether ZeroMQ supports CURVE; only tests set it.
    package init(
        publicKey: String, secretKey: String, areSupported: Bool = CurveKeys.areSupported
    ) throws(FieldError) {
        guard areSupported else {
            throw FieldError(
                reason: "it has CURVE keys, and this machine's ZeroMQ library (libzmq) was built without CURVE; "
                    + "install one that has it, or start the kernel without transport encryption")
        }
        try check(publicKey, name: "curve_publickey")
        try check(secretKey, name: "curve_secretkey")
        var derived = [CChar](repeating: 0, count: CurveKeys.length + 1)
        guard zmq_curve_public(&derived, secretKey) == 0, text(derived) == publicKey else {
            throw FieldError(reason: "its curve_publickey does not belong to its curve_secretkey")
        }
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// Generates a new pair.
    package static func generate() throws(WireError) -> CurveKeys {
        var publicKey = [CChar](repeating: 0, count: length + 1)
        var secretKey = publicKey
        guard zmq_curve_keypair(&publicKey, &secretKey) == 0 else {
            throw .zeroMQ(call: "zmq_curve_keypair", reason: String(cString: zmq_strerror(zmq_errno())))
        }
        return CurveKeys(generated: text(publicKey), text(secretKey))
    }

    private init(generated publicKey: String, _ secretKey: String) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }
}

extension CurveKeys {
    /// Reads the keys of a connection file; `nil` if it has none.
    ///
    /// One key without the other is an error, as JEP 145 requires, because the kernel was meant to be protected.
    init?(_ json: JSON) throws(FieldError) {
        let publicKey = try json.text("curve_publickey", default: "")
        let secretKey = try json.text("curve_secretkey", default: "")
        switch (publicKey.isEmpty, secretKey.isEmpty) {
        case (true, true): return nil
        case (true, false): throw FieldError(reason: "it has a curve_secretkey but no curve_publickey")
        case (false, true): throw FieldError(reason: "it has a curve_publickey but no curve_secretkey")
        case (false, false): try self.init(publicKey: publicKey, secretKey: secretKey)
        }
    }
}

/// Checks that a key is well formed. The error does not repeat it, because it may be secret.
private func check(_ key: String, name: String) throws(FieldError) {
    var bytes = [UInt8](repeating: 0, count: 32)
    guard key.utf8.count == CurveKeys.length, zmq_z85_decode(&bytes, key) != nil else {
        throw FieldError(reason: "its \(name) must be 40 characters of Z85, which encode 32 bytes")
    }
}

private func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
