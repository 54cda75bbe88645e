import Images
import Testing

@Suite(.timeLimit(.minutes(10))) struct ContactSheetTests {
    @Test func aCaptionThatDoesNotFitKeepsItsNumber() {
        let lettering = Lettering(capHeight: 10)
        let name = "direction of stripes against plain photographs in blocks.11.mlp.hidden neuron 1234"
        for width in [96.0, 128, 200] {
            let lines = lettering.lines("\(name)\n3.21", width: width, count: 2)
            #expect(lines.count == 2 && lines[1] == "3.21" && lines[0].hasSuffix("… 1234"), "\(lines)")
            #expect(lines.allSatisfy { lettering.width(of: $0) <= width })
        }
        #expect(lettering.lines(name, width: 128, count: 2)[1].hasSuffix(" 1234"))
        let lone = "Supercalifragilisticexpialidocious"
        #expect(lettering.lines("\(lone)\n0.5", width: 96, count: 2).last == "0.5")
    }

    @Test(arguments: [
        (0, 1), (1, 1), (2, 2), (3, 3), (4, 2), (6, 3), (8, 4), (9, 3), (12, 4), (16, 4), (20, 5), (64, 8),
    ])
    func choosesAGoodShape(_ count: Int, _ columns: Int) {
        #expect(ContactSheet.columns(for: count) == columns)
    }

    @Test func showsEveryPictureWholeAndInOrder() {
        let pictures = (0..<5).map { Image.speckled(width: 100, height: 100, seed: UInt64($0)) }
        let sheet = ContactSheet(
            pictures.enumerated().map { ContactSheet.Entry($1, caption: "neuron \($0)") }, title: "five")
        #expect(sheet.columns == 3)
        let image = sheet.image
        let places = pictures.compactMap { picture in place(of: picture, in: image) }
        #expect(places.count == 5)
        for (first, second) in zip(places, places.dropFirst()) {
            let isSameRow = first.y == second.y && second.x >= first.x + 110
            let isNextRow = second.y > first.y + 100 && second.x < first.x
            #expect(isSameRow || isNextRow)
        }
    }

    @Test func captionsAndTitleLeaveInk() {
        let picture = Image(width: 120, height: 120, color: [247, 246, 243])
        func ink(_ caption: String, _ title: String?) -> Int {
            ContactSheet([.init(picture, caption: caption)], title: title).image.pixels.count { $0 < 120 }
        }
        #expect(ink("", nil) == 0)
        #expect(ink("neuron 42", nil) > 100)
        #expect(ink("", "blocks.5.mlp") > 100)
    }

    @Test func smallPicturesGrowByWholePixelsAndWideSheetsShrink() {
        let small = Image(width: 2, height: 1, pixels: [0, 0, 0, 255, 255, 255])
        let image = ContactSheet([.init(small, caption: "")]).image
        #expect(image.pixels.count { $0 == 0 } == 48 * 48 * 3)
        let wide = Image(width: 1000, height: 10, color: [0, 0, 0])
        let many = ContactSheet((0..<8).map { _ in .init(wide, caption: "wide") }, columns: 8).image
        #expect(many.width < 4500)
    }

    @Test func emptyOddAndOverlongInputIsFine() {
        #expect(ContactSheet([]).image.width > 0)
        #expect(ContactSheet([], title: "nothing", columns: -3).columns == 1)
        let one = Image(width: 1, height: 1, pixels: [1, 2, 3])
        let tall = Image(width: 3, height: 400, color: [9, 9, 9])
        let caption = String(repeating: "incomprehensibilities ", count: 50) + "猫\u{1F642}\u{0}\n\n"
        let sheet = ContactSheet([.init(one, caption: caption), .init(tall, caption: "")], title: caption)
        #expect(sheet.image.height > 400)
    }

    private func place(of picture: Image, in sheet: Image) -> (x: Int, y: Int)? {
        let row = Array(picture.pixels.prefix(picture.width * 3))
        for y in 0...(sheet.height - picture.height) {
            for x in 0...(sheet.width - picture.width) {
                let start = (y * sheet.width + x) * 3
                guard sheet.pixels[start] == row[0], sheet.pixels[start + 1] == row[1] else { continue }
                let part = sheet.cropped(columns: x..<x + picture.width, rows: y..<y + picture.height)
                if part == picture { return (x, y) }
            }
        }
        return nil
    }
}

@Suite(.timeLimit(.minutes(10))) struct LetteringTests {
    let lettering = Lettering(capHeight: 10)

    @Test func cutsWhatIsTooLong() {
        let whole = "neuron 42 in patch 27"
        #expect(lettering.fitted(whole, width: 1000) == whole)
        let cut = lettering.fitted(whole, width: 80)
        #expect(cut.hasSuffix("…") && whole.hasPrefix(cut.dropLast()))
        #expect(lettering.width(of: cut) <= 80)
    }

    @Test func breaksBetweenWords() {
        let width = lettering.width(of: "neuron 42")
        #expect(lettering.lines("neuron 42 patch 27", width: width, count: 2) == ["neuron 42", "patch 27"])
        #expect(lettering.lines("neuron 42 patch 27", width: width, count: 1).count == 1)
        #expect(lettering.lines("one\ntwo", width: width, count: 2) == ["one", "two"])
        #expect(lettering.lines("", width: width, count: 2).isEmpty)
    }

    @Test func everyPrintableCharacterHasItsOwnShape() {
        // The frame of a missing character must not stand for any of these.
        let characters = (33...126).map { Character(Unicode.Scalar($0)) } + Array("×·…–—−→°±µ“”‘’äÖé")
        func drawn(_ character: Character) -> Image {
            var image = Image(width: 30, height: 30, color: [255, 255, 255])
            lettering.draw(String(character), on: &image, left: 4, baseline: 20, color: [0, 0, 0])
            return image
        }
        let missing = drawn("猫")
        for character in characters {
            #expect(
                drawn(character) != missing && drawn(character).pixels.contains { $0 < 140 }, "\(character)")
        }
        let letters = Set(characters.filter { $0.isLetter || $0.isNumber }.map(drawn))
        #expect(letters.count == characters.count { $0.isLetter || $0.isNumber })
    }

    @Test func drawsOverTheEdgeWithoutHarm() {
        var image = Image(width: 10, height: 10, color: [255, 255, 255])
        lettering.draw("Wide text", on: &image, left: -20, baseline: 4, color: [0, 0, 0])
        lettering.draw("Far away", on: &image, left: 500, baseline: 900, color: [0, 0, 0])
        lettering.draw("Far away", on: &image, left: -500, baseline: -900, color: [0, 0, 0])
        #expect(image.pixels.count == 300)
    }
}
