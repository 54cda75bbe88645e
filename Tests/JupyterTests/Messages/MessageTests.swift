import Jupyter
import Platform
import Testing

@Suite(.timeLimit(.minutes(10))) struct MessageTests {
    @Test func aMessageSurvivesTheWire() throws {
        let header = Header(id: "1", type: "execute_request", session: "s")
        let message = Message(
            identities: [[7]], header: header, parent: ["msg_id": "0"], metadata: ["m": 1],
            content: ["code": "x"],
            buffers: [[1, 2]])
        #expect(try Message(message.frames(signedBy: Signer(key: "k"))) == message)
    }

    @Test func timestampsAreISO8601() {
        #expect(timestamp(0) == "1970-01-01T00:00:00.000000Z")
        #expect(timestamp(1_700_000_000.25) == "2023-11-14T22:13:20.250000Z")
    }

    @Test func defaultsAreTheSpecifications() throws {
        let execute = try ExecuteRequest(["code": "x"])
        #expect(!execute.isSilent && execute.storesHistory && execute.allowsInput && execute.stopsOnError)
        #expect(execute.userExpressions.isEmpty)
        #expect(try !ExecuteRequest(["code": "x", "silent": true, "store_history": true]).storesHistory)
        #expect(try InspectRequest(["code": "ab"]).cursor == 2)
        #expect(try CompleteRequest(["code": "e\u{301}x", "cursor_pos": -1]).cursor == 3)
        #expect(try HistoryRequest([:]).access == .tail(count: 10))
        #expect(
            try HistoryRequest(["hist_access_type": "range"]).access
                == .range(session: 0, start: 1, stop: nil))
        #expect(try CommInfoRequest([:]).target == nil)
        #expect(try !ShutdownRequest([:]).restarts)
    }
}

@Suite(.timeLimit(.minutes(10))) struct MIMEBundleTests {
    @Test func base64HasPaddingAndNoBreaks() {
        // RFC 4648, section 10.
        let known = [
            "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=",
        ]
        for (text, encoded) in known { #expect(base64(Array(text.utf8)) == encoded) }
        #expect(base64([0xFB, 0xFF, 0xBF]) == "+/+/")
        #expect(!base64([UInt8](repeating: 1, count: 1000)).contains("\n"))
    }

    @Test func aPictureSaysItsSize() {
        let bundle = MIMEBundle(
            png: [0x89], width: 3, height: 4, plain: "a picture", metadata: ["recipe": ["seed": 1]])
        #expect(bundle.data == ["image/png": "iQ==", "text/plain": "a picture"])
        #expect(
            bundle.metadata == ["image/png": ["width": 3, "height": 4, "alt": "a picture"], "recipe": ["seed": 1]])
    }
}
