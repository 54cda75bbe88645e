import Images
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ResamplingTests {
    @Test(arguments: Interpolation.allCases, [(7, 5), (11, 17), (23, 40), (50, 31), (1, 1), (64, 3)])
    func equalsPillowByteForByte(_ interpolation: Interpolation, _ size: (Int, Int)) throws {
        let source = try ImageFixture.raw("resampling/source", width: 23, height: 17)
        let reference = try ImageFixture.raw("resampling/\(interpolation)", width: size.0, height: size.1)
        #expect(source.resized(width: size.0, height: size.1, by: interpolation) == reference)
    }

    @Test(arguments: Interpolation.allCases)
    func aWindowIsThatPartOfTheWhole(_ interpolation: Interpolation) {
        let source = Image.speckled(width: 20, height: 14)
        for (width, height) in [(9, 6), (40, 33), (20, 30), (9, 14), (20, 14)] {
            let (columns, rows) = (3..<8, 2..<5)
            let whole = source.resized(width: width, height: height, by: interpolation)
            let window = source.resized(
                width: width, height: height, by: interpolation, columns: columns, rows: rows)
            #expect(window == whole.cropped(columns: columns, rows: rows))
        }
    }

    @Test func aPlainColorStaysPlain() {
        let gray = Image(width: 9, height: 9, color: [10, 128, 255])
        for interpolation in Interpolation.allCases {
            #expect(
                gray.resized(width: 31, height: 4, by: interpolation)
                    == Image(width: 31, height: 4, color: [10, 128, 255]))
        }
    }

    @Test func boxHalvesByAveragingFour() {
        let image = Image(width: 2, height: 2, pixels: [0, 0, 0, 100, 0, 0, 50, 0, 255, 50, 0, 255])
        #expect(image.resized(width: 1, height: 1, by: .box).pixels == [50, 0, 128])
    }

    @Test func cropsTheMiddleAndPadsWithBlack() {
        let row = Image(width: 5, height: 1, pixels: (1...5).flatMap { [UInt8](repeating: $0, count: 3) })
        func reds(_ image: Image) -> [UInt8] {
            stride(from: 0, to: image.pixels.count, by: 3).map { image.pixels[$0] }
        }
        #expect(reds(row.centerCropped(width: 3, height: 1)) == [2, 3, 4])
        // (5 − 2) / 2 = 1.5 rounds to 2, (5 − 4) / 2 = 0.5 to 0: half to even.
        #expect(reds(row.centerCropped(width: 2, height: 1)) == [3, 4])
        #expect(reds(row.centerCropped(width: 4, height: 1)) == [1, 2, 3, 4])
        // An odd margin puts the smaller half first.
        #expect(reds(row.centerCropped(width: 8, height: 1)) == [0, 1, 2, 3, 4, 5, 0, 0])
        #expect(reds(row.centerCropped(width: 1, height: 2)) == [3, 0])
    }
}
