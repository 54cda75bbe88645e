import Images
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct JPEGTests {
    @Test(arguments: ["color", "subsampled", "progressive", "gray", "cmyk"])
    func decodesAsPillowDoes(_ name: String) throws {
        let image = try JPEG.decode(ImageFixture.bytes("jpeg/\(name).jpg"))
        let reference = try ImageFixture.raw("jpeg/\(name)", width: 40, height: 24)
        #expect(image.width == 40)
        #expect(image.height == 24)
        #expect(image.largestDifference(from: reference) <= 2)
    }

    /// With Adobe's marker and without, as inks and as YCCK.
    @Test(arguments: ["cmyk-adobe-0", "ycck-adobe-2", "cmyk-plain"])
    func fourInksAreThoseOfPillow(_ name: String) throws {
        let image = try JPEG.decode(ImageFixture.bytes("people/\(name).jpg"))
        let reference = try ImageFixture.raw("people/\(name)", width: 40, height: 24)
        #expect(image.largestDifference(from: reference) <= 2)
    }

    @Test(arguments: ["little", "big"])
    func anOrientationOfFourBytesIsTaken(_ order: String) throws {
        let image = try JPEG.decode(ImageFixture.bytes("people/long-\(order).jpg"))
        #expect(image.width == 7 && image.height == 12)
        let reference = try ImageFixture.raw("people/long-\(order)-jpeg", width: 7, height: 12)
        #expect(image.largestDifference(from: reference) <= 2)
    }

    @Test(arguments: 1...8)
    func turnsAsItsOrientationSays(_ number: Int) throws {
        let image = try JPEG.decode(ImageFixture.bytes("jpeg/orientation-\(number).jpg"))
        #expect(image.width == 32)
        #expect(image.height == 16)
        // The middle of each quadrant: red, green, blue, white.
        let expected: [(x: Int, y: Int, color: [Int])] = [
            (8, 4, [220, 30, 30]), (24, 4, [30, 200, 30]), (8, 12, [30, 30, 220]), (24, 12, [250, 250, 250]),
        ]
        for (x, y, color) in expected {
            let start = (y * 32 + x) * 3
            let found = image.pixels[start..<start + 3].map(Int.init)
            #expect(
                zip(found, color).allSatisfy { abs($0 - $1) <= 6 }, "\(x), \(y): \(found), not \(color)")
        }
    }

    @Test func turningIsUndoneByItsOpposite() {
        let image = Image.speckled(width: 5, height: 3)
        #expect(image.oriented(.rotatedRight).oriented(.rotatedLeft) == image)
        #expect(image.oriented(.rotatedRight).oriented(.rotatedRight) == image.oriented(.rotated180))
        for orientation in [Orientation.mirrored, .rotated180, .flipped, .transposed, .transversed] {
            #expect(image.oriented(orientation).oriented(orientation) == image)
        }
    }

    @Test(arguments: [(1, 1), (17, 3), (224, 224)])
    func comesBackNearly(_ size: (Int, Int)) throws {
        let image = Image.speckled(width: size.0, height: size.1)
        let again = try JPEG.decode(JPEG.encode(image, quality: 100))
        #expect(again.width == image.width && again.height == image.height)
        #expect(again.largestDifference(from: image) <= 8)
    }

    @Test func cutAtEveryLengthIsAnError() throws {
        for name in ["color", "progressive", "orientation-6", "cmyk"] {
            let bytes = try ImageFixture.bytes("jpeg/\(name).jpg")
            for length in 0..<bytes.count {
                #expect(throws: EngineError.self) { try JPEG.decode(Array(bytes[..<length])) }
            }
        }
    }

    @Test func anyByteFlippedDoesNotCrash() throws {
        for name in ["orientation-6", "progressive"] {
            let bytes = try ImageFixture.bytes("jpeg/\(name).jpg")
            for index in bytes.indices {
                for flip: UInt8 in [0x01, 0x80, 0xFF] {
                    var damaged = bytes
                    damaged[index] ^= flip
                    _ = try? JPEG.decode(damaged)
                }
            }
        }
    }

    @Test func strayBytesAfterTheEndAreNoHarm() throws {
        let bytes = try ImageFixture.bytes("jpeg/color.jpg")
        let whole = try JPEG.decode(bytes)
        #expect(try JPEG.decode(bytes + [0, 1, 2, 3, 0xFF, 0xD8]) == whole)
    }

    @Test func saysThatItIsCutShort() throws {
        let bytes = try ImageFixture.bytes("jpeg/color.jpg")
        #expect(
            throws: EngineError.fileUnreadable(
                path: "holiday.jpg", reason: "it is a JPEG that ends too early; copy or download it again")
        ) { try JPEG.decode(Array(bytes.dropLast(100)), name: "holiday.jpg") }
    }
}
