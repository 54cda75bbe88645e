import Foundation
import Images
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PNGTests {
    @Test(arguments: [
        "rgb", "rgba", "palette", "palette-transparent", "gray", "gray-alpha", "one-bit", "gamma",
        "sixteen-bit",
        "sixteen-bit-gray", "interlaced",
    ])
    func decodesEveryKind(_ name: String) throws {
        let image = try PNG.decode(ImageFixture.bytes("png/\(name).png"))
        #expect(try image == ImageFixture.raw("png/\(name)", width: 13, height: 9))
    }

    @Test(arguments: [(1, 1), (3, 1), (1, 300), (224, 224), (65, 33)], [true, false])
    func comesBackAsItWas(_ size: (Int, Int), isQuick: Bool) throws {
        let image = Image.speckled(width: size.0, height: size.1)
        let bytes = try PNG.encode(image, isQuick: isQuick)
        #expect(try PNG.decode(bytes) == image)
        #expect(PNGChunks(bytes).isComplete)
    }

    @Test(arguments: ["rgb", "palette", "gray", "one-bit", "gamma", "interlaced"])
    func plainFilesKeepTheirPixelsAndNothingElse(_ name: String) throws {
        let bytes = try ImageFixture.bytes("png/\(name).png")
        let texts = PNGChunks.encode(type: "tEXt", data: Array("Place\0home".utf8))
        let end = try #require(PNGChunks(bytes).chunks.last).whole.lowerBound
        let plain = try #require(PNG.withoutMetadata(bytes[..<end] + texts + bytes[end...]))
        #expect(try PNG.decode(plain) == PNG.decode(bytes))
        let types = Set(PNGChunks(plain).chunks.map(\.type))
        #expect(types.isSubset(of: ["IHDR", "PLTE", "IDAT", "IEND"]) && PNGChunks(plain).isComplete)
    }

    @Test(arguments: ["rgba", "palette-transparent", "gray-alpha", "sixteen-bit", "sixteen-bit-gray"])
    func filesThatShowSomethingElseAreNotPlain(_ name: String) throws {
        #expect(PNG.withoutMetadata(try ImageFixture.bytes("png/\(name).png")) == nil)
    }

    /// As Pillow's `exif_transpose` turns it, from an orientation of two bytes and of four.
    @Test(arguments: (1...8).map { "oriented-\($0)" } + ["long-little", "long-big"])
    func turnsAsItsOrientationSays(_ name: String) throws {
        let bytes = try ImageFixture.bytes("people/\(name).png")
        let isUpright = ["oriented-1", "oriented-2", "oriented-3", "oriented-4"].contains(name)
        let (width, height) = isUpright ? (12, 7) : (7, 12)
        #expect(try PNG.decode(bytes) == ImageFixture.raw("people/\(name)", width: width, height: height))
        // What is shown without being decoded is not turned.
        #expect((PNG.withoutMetadata(bytes) == nil) == (name != "oriented-1"))
    }

    @Test(arguments: [(1, 1_100_000), (1_100_000, 1)])
    func aVeryLongPictureIsToldFromADamagedOne(_ size: (Int, Int)) throws {
        // One gray pixel a column, whose header is changed; the check of its chunk is made anew.
        let whole = try PNG.encode(Image.speckled(width: 1, height: 1))
        let header = try #require(PNGChunks(whole).chunks.first)
        var data = Array(whole[header.data])
        for (place, side) in [(0, size.0), (4, size.1)] {
            for byte in 0..<4 { data[place + byte] = UInt8(truncatingIfNeeded: side >> (24 - 8 * byte)) }
        }
        let bytes =
            PNGChunks.signature + PNGChunks.encode(type: "IHDR", data: data) + whole[header.whole.upperBound...]
        #expect(
            throws: EngineError.invalidValue(
                what: "The size of “long.png”", found: "\(size.0) × \(size.1) pixels",
                expected: "at most 1,000,000 pixels along each side; cut it into pieces first")
        ) { try PNG.decode(bytes, name: "long.png") }
    }

    @Test func noneOfADamagedFilesIsPlain() throws {
        let bytes = try ImageFixture.bytes("png/rgb.png")
        for count in 0..<bytes.count { #expect(PNG.withoutMetadata(Array(bytes[..<count])) == nil) }
    }

    @Test func sameBytesForTheSamePicture() throws {
        let image = Image.speckled(width: 50, height: 40)
        let texts = ["b": "2", "a": "1", "vitrine-recipe": "{}"]
        let bytes = try PNG.encode(image, texts: texts)
        #expect(try PNG.encode(image, texts: texts) == bytes)
        #expect(PNGChunks(bytes).chunks.filter { $0.type == "iTXt" }.count == 3)
    }

    @Test func carriesLongTextsInEveryScript() throws {
        let image = Image.speckled(width: 4, height: 4)
        let recipe = String(repeating: "{\"Größe\": \"3 × 4 – 猫 🙂\"}\n", count: 400)
        let bytes = try PNG.encode(image, texts: [PNG.recipeKeyword: recipe, "Empty": ""])
        #expect(PNG.texts(in: bytes) == [PNG.recipeKeyword: recipe, "Empty": ""])
        #expect(try PNG.decode(bytes) == image)
    }

    @Test func readsTheTextsThatPillowWrote() throws {
        let texts = PNG.texts(in: try ImageFixture.bytes("png/texts.png"))
        #expect(
            texts == [
                "vitrine-recipe": "{\"neuron\": 42, \"name\": \"Größe × 3 – 猫\"}",
                "Author": "Pillow",
            ])
    }

    @Test(arguments: ["", " a", "a ", "猫", "a\u{0}b", String(repeating: "k", count: 80)])
    func refusesKeywordsThatPNGDoesNotTake(_ keyword: String) {
        #expect(throws: EngineError.self) {
            try PNG.encode(.speckled(width: 1, height: 1), texts: [keyword: "text"])
        }
    }

    @Test func refusesAPictureWithoutPixels() {
        #expect(throws: EngineError.self) { try PNG.encode(Image(width: 0, height: 0, pixels: [])) }
    }

    @Test func cutAtEveryLengthIsAnErrorOrThePicture() throws {
        for name in ["texts", "interlaced", "palette-transparent"] {
            let bytes = try ImageFixture.bytes("png/\(name).png")
            let whole = try PNG.decode(bytes)
            for length in 0..<bytes.count {
                let part = Array(bytes[..<length])
                _ = PNG.texts(in: part)
                do throws(EngineError) {
                    // Only what follows the last pixel may be missing.
                    #expect(try PNG.decode(part) == whole, "\(length) of \(bytes.count) bytes")
                    #expect(length >= bytes.count - 24)
                } catch {
                    #expect(!error.message.isEmpty)
                }
            }
        }
    }

    @Test func anyByteFlippedDoesNotCrash() throws {
        let bytes = try ImageFixture.bytes("png/texts.png")
        for index in bytes.indices {
            for flip: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = bytes
                damaged[index] ^= flip
                _ = try? PNG.decode(damaged)
                _ = PNG.texts(in: damaged)
            }
        }
    }

    @Test func saysWhatIsWrong() throws {
        let bytes = try ImageFixture.bytes("png/rgb.png")
        #expect(
            throws: EngineError.fileUnreadable(
                path: "cut.png", reason: "it is a PNG that ends too early; copy or download it again")
        ) { try PNG.decode(Array(bytes.prefix(80)), name: "cut.png") }
        #expect(throws: EngineError.notAnImage(path: "a.png", found: "a PDF document")) {
            try PNG.decode(Array("%PDF-1.4".utf8), name: "a.png")
        }
        #expect {
            try PNG.decode(ImageFixture.bytes("png/huge.png"), name: "huge.png")
        } throws: { error in
            (error as? EngineError)?.message
                == "The size of “huge.png” is 20000 × 20000 pixels; it must be at most 100 megapixels; "
                + "make it smaller first."
        }
    }

    @Test func checksumsAsTheStandardSays() {
        // The check value of CRC-32, and the chunk that closes every PNG.
        #expect(cyclicRedundancyCheck(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(
            PNGChunks.encode(type: "IEND", data: [])
                == [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
    }
}
