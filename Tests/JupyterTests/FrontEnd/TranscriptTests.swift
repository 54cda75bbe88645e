import Jupyter
import Testing

@Suite(.timeLimit(.minutes(10))) struct TranscriptTests {
    private func display(_ text: String, _ id: String? = nil, update: Bool = false) -> ExecutionEvent {
        .display(MIMEBundle(plain: text), id: id, update: update, transient: [:])
    }

    private func pieces(_ events: [ExecutionEvent]) -> [Transcript.Piece] {
        var transcript = Transcript()
        for event in events { transcript.add(event) }
        return transcript.pieces
    }

    @Test func textOfOneStreamIsOnePiece() {
        #expect(
            pieces([
                .stream(.standardOutput, "a"), .stream(.standardOutput, "b"), .stream(.standardError, "c"),
                .stream(.standardOutput, "d"),
            ]) == [.text(.standardOutput, "ab"), .text(.standardError, "c"), .text(.standardOutput, "d")])
    }

    @Test func anUpdatedDisplayHasItsNewestForm() {
        #expect(
            pieces([display("1", "x"), display("other", "y"), display("2", "x", update: true)]) == [
                .display(MIMEBundle(plain: "2"), id: "x"), .display(MIMEBundle(plain: "other"), id: "y"),
            ])
        #expect(
            pieces([display("of an earlier cell", "z", update: true)])
                == [.display(MIMEBundle(plain: "of an earlier cell"), id: "z")])
    }

    @Test func clearedOutputIsGone() {
        #expect(pieces([display("1"), .clearOutput(wait: false)]) == [])
        #expect(pieces([display("1"), .clearOutput(wait: true)]) == [.display(MIMEBundle(plain: "1"), id: nil)])
        #expect(
            pieces([display("1"), .clearOutput(wait: true), .stream(.standardOutput, "2")])
                == [.text(.standardOutput, "2")])
    }

    @Test func ofEndlessTextTheEndIsKept() throws {
        var transcript = Transcript()
        let line = String(repeating: "x", count: 99) + "\n"
        for _ in 0..<50_000 { transcript.add(.stream(.standardOutput, line)) }
        transcript.add(.stream(.standardOutput, "end"))
        guard case .text(_, let text) = try #require(transcript.pieces.first) else { return #expect(Bool(false)) }
        #expect(text.hasSuffix("x\nend") && transcript.pieces.count == 1)
        #expect((1 << 20...2 << 20).contains(text.utf8.count))
    }
}
