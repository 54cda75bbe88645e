import Platform
import Testing

@Suite(.timeLimit(.minutes(10))) struct WordsTests {
    @Test func aListIsEnglish() {
        #expect(englishList([]) == "")
        #expect(englishList(["a"]) == "a")
        #expect(englishList(["a", "b"]) == "a and b")
        #expect(englishList(["a", "b", "c"]) == "a, b and c")
    }

    @Test func bytesAreCountedAsPeopleSayIt() {
        #expect(byteCount(999) == "999 bytes")
        #expect(byteCount(1000) == "1.0 kB")
        #expect(byteCount(1_234_000_000) == "1.2 GB")
    }

    /// FIPS 180-4, the example of one block; in one piece or several.
    @Test func hashesAreThePublishedOnes() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(ContentHash.sha256(of: "abc") == expected)
        let pieces: [[UInt8]] = [Array("a".utf8), Array("bc".utf8)]
        let found = pieces[0].withUnsafeBytes { first in
            pieces[1].withUnsafeBytes { ContentHash.sha256(of: [first, $0]) }
        }
        #expect(found == expected)
    }

    @Test(arguments: ["weights/part-1.bin", "a", "…/b"]) func staysInItsFolder(_ path: String) {
        #expect(isSafeRelativePath(path))
    }

    @Test(arguments: ["", "/etc/passwd", "../a", "a/../../b", "a//b", "a\\b", "a\n"])
    func leavesItsFolder(_ path: String) {
        #expect(!isSafeRelativePath(path))
    }
}
