import Checkpoints
import Foundation
import Models
import Platform
import TestSupport
import Testing

/// Texts as tokens, against the projects' own tokenizers: `Fixtures/make_text_fixtures.py` asked them.
@Suite(.timeLimit(.minutes(10))) struct TokenizerTests {
    /// The tokenizers, by their names in the fixture.
    enum Project: String, CaseIterable {
        case clip, open_clip, siglip, gemma
    }

    @Test(arguments: Project.allCases) func everyLineHasTheProjectsTokens(_ project: Project) throws {
        let tokenizer = try tokenizer(of: project)
        for line in try TextFixture.lines() {
            let found = tokenizer.encode(line.text, limit: .max).tokens
            #expect(found == line.tokens[project.rawValue], "\(line.text.debugDescription)")
        }
    }

    /// The same tokenizer as `vocab.json` and `merges.txt`, and as the steps of `tokenizer.json`.
    @Test func bothSpellingsOfATokenizerAgree() throws {
        let (files, steps) = (try tokenizer(of: .clip), try reader("clip/steps").tokenizer())
        for line in try TextFixture.lines() {
            #expect(files.encode(line.text, limit: 16) == steps.encode(line.text, limit: 16))
        }
    }

    /// With the merges "a b" and then "ab c", `abc` is one token, `ab` and `c` are joined in that order.
    @Test func pairsAreJoinedInTheOrderInWhichTheyWereLearned() throws {
        let tokenizer = try inline(
            #"{"model":{"type":"BPE","vocab":{"a":0,"b":1,"c":2,"bc":3,"ab":4,"abc":5,"?":6},"unk_token":"?","#
                + #""merges":["a b","b c","ab c"]}}"#)
        #expect(tokenizer.tokens(of: "abc") == [5])
        #expect(tokenizer.tokens(of: "bcab") == [3, 4])
        #expect(tokenizer.tokens(of: "xb") == [6, 1])
    }

    /// −1 − 1 is more than −3: "ab" is cut although it is a token; −4 is less than −3.
    @Test func theMostLikelyCutIsTaken() throws {
        func cut(_ score: Double) throws -> [Int] {
            try inline(
                #"{"model":{"type":"Unigram","unk_id":0,"vocab":[["?",0],["a",-1],["b",\#(score)],["ab",-3]]}}"#
            ).tokens(of: "ab")
        }
        #expect(try cut(-1) == [1, 2])
        #expect(try cut(-3) == [3])
    }

    /// Swift takes the two spellings of é for one text; a vocabulary does not.
    @Test func equivalentTokensStayApart() throws {
        let tokenizer = try inline(
            #"{"model":{"type":"Unigram","unk_id":0,"vocab":[["?",-9],["\#u{E9}",-1],["e\#u{301}",-1]]}}"#)
        #expect(tokenizer.tokens(of: "\u{E9}") == [1])
        #expect(tokenizer.tokens(of: "e\u{301}") == [2])
    }

    @Test func aLongTextIsCutOffAndTheRestCounted() throws {
        let tokenizer = try tokenizer(of: .clip)
        let long = String(repeating: "a ", count: 30)
        let encoding = tokenizer.encode(long, limit: 16)
        #expect(encoding.tokens.count == 16)
        #expect(encoding.tokens.last == tokenizer.encode("a", limit: 16).tokens.last)
        #expect(encoding.droppedCount == tokenizer.tokens(of: long).count - 14)
    }

    @Test func anUnknownStepIsRefused() {
        #expect(
            throws: EngineError.other(
                AnyUserFacingError(
                    TextError.unsupportedTokenizer(
                        path: "tokenizer.json", reason: "its normalizer is “Magic”")))
        ) {
            try inline(#"{"normalizer":{"type":"Magic"},"model":{"type":"Unigram","vocab":[["a",0]]}}"#)
        }
        #expect(throws: EngineError.self) { try inline("no JSON") }
        #expect(throws: EngineError.self) { try inline(#"{"model":{"type":"WordPiece","vocab":{}}}"#) }
    }

    private struct Line: Decodable {
        let text: String
        let tokens: [Int]
    }

    /// SentencePiece's own file against what sentencepiece makes of some lines, with its table of characters.
    @Test func theFileOfSentencePieceIsRead() throws {
        let folder = TextFixture.folder.appendingPathComponent("pieces")
        let path = folder.appendingPathComponent("spiece.model").path
        let bytes = try OrdinaryFile.contents(of: path)
        let tokenizer = try SentencePieceFile(bytes, path: path).tokenizer()
        let lines = try JSONDecoder().decode(
            [Line].self, from: Data(contentsOf: folder.appendingPathComponent("lines.json")))
        #expect(lines.count == 49)
        for line in lines {
            #expect(tokenizer.encode(line.text, limit: .max).tokens == line.tokens, "\(line.text.debugDescription)")
        }
        for damaged in [Array(bytes.prefix(bytes.count / 2)), [], [0xFF, 0xFF], Array("no model".utf8)] {
            #expect(throws: EngineError.self) { try SentencePieceFile(damaged, path: path) }
        }
    }

    private func inline(_ json: String) throws -> Tokenizer {
        try TokenizerReader(Array(json.utf8), path: "tokenizer.json").tokenizer()
    }

    private func reader(_ folder: String) throws -> TokenizerReader {
        let path = TextFixture.folder.appendingPathComponent("\(folder)/tokenizer.json").path
        return try TokenizerReader(OrdinaryFile.contents(of: path), path: path)
    }

    private func tokenizer(of project: Project) throws -> Tokenizer {
        switch project {
        case .clip, .open_clip: try TextFixture.tower(project.rawValue).tokenizer()
        case .siglip, .gemma: try reader(project.rawValue).tokenizer()
        }
    }
}
