import Jupyter
import Testing

@Suite(.timeLimit(.minutes(10))) struct SignerTests {
    /// RFC 4231, test case 2, its text spread over the four signed frames.
    let message = Multipart(
        identities: [[1]], signature: [], header: Array("what do ".utf8), parent: Array("ya want".utf8),
        metadata: Array(" for ".utf8), content: Array("nothing?".utf8), buffers: [[9]])
    let signature = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"

    @Test func theSignatureIsHMACSHA256() {
        #expect(String(decoding: Signer(key: "Jefe").signature(of: message), as: UTF8.self) == signature)
    }

    /// RFC 4231 and RFC 2202, test case 2 of each.
    @Test(arguments: [
        (SignatureScheme.sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            .sha384,
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"
        ),
        (
            .sha512,
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd"
                + "caeab1a34d4a6b4b636e070a38bce737"
        ),
        (.sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"), (.md5, "750c783e6ab0b503eaa86e310a5db738"),
    ])
    func everyScheme(_ scheme: SignatureScheme, _ expected: String) {
        let signer = Signer(key: "Jefe", scheme: scheme)
        #expect(String(decoding: signer.signature(of: message), as: UTF8.self) == expected)
        var signed = message
        signed.signature = Array(expected.utf8)
        #expect(signer.accepts(signed))
        signed.signature[0] ^= 1
        #expect(!signer.accepts(signed))
        // The same number in another spelling: a message that was overheard would be new again.
        signed.signature = Array(expected.uppercased().utf8)
        #expect(!signer.accepts(signed))
    }

    @Test func onlyTheRightSignatureIsAccepted() {
        let signer = Signer(key: "Jefe")
        var message = message
        #expect(!signer.accepts(message))
        message.signature = Array(signature.utf8)
        #expect(signer.accepts(message))
        #expect(!Signer(key: "jefe").accepts(message))
        message.signature[63] ^= 1
        #expect(!signer.accepts(message))
        message.signature.removeLast()
        #expect(!signer.accepts(message))
    }

    @Test func withoutAKeyEverythingIsAccepted() {
        let signer = Signer(key: "")
        #expect(!signer.isSigning)
        #expect(signer.signature(of: message).isEmpty)
        #expect(signer.accepts(message))
    }
}

@Suite(.timeLimit(.minutes(10))) struct ReplayGuardTests {
    @Test func aSignatureIsNewOnce() {
        var guardian = ReplayGuard(capacity: 2)
        // The 3 pushes the 1 out, which so is new again.
        let isNew = ["1f", "1f", "2f", "3f", "2f", "1f"].map { guardian.isNew(Array($0.utf8)) }
        #expect(isNew == [true, false, true, true, false, true])
    }

    @Test func eachOfTheFirstSixteenDigitsCounts() {
        var guardian = ReplayGuard()
        let signature = Array("5bdcc146bf60754e6a042426089575c7".utf8)
        let others = (0..<16).map { place in
            var other = signature
            other[place] = other[place] == UInt8(ascii: "a") ? UInt8(ascii: "9") : UInt8(ascii: "a")
            return other
        }
        let isNew = ([signature] + others + [signature] + others).map { guardian.isNew($0) }
        #expect(isNew == [Bool](repeating: true, count: 17) + [Bool](repeating: false, count: 17))
    }
}
