import Foundation
import Images
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ImageFileTests {
    @Test func looksAtTheBytesAndNotAtTheName() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(ImageFixture.bytes("png/rgb.png"), to: "picture.jpg")
        #expect(try Image(contentsOf: path) == ImageFixture.raw("png/rgb", width: 13, height: 9))
        #expect(try Image(contentsOf: ImageFixture.path("jpeg/color.jpg")).width == 40)
    }

    @Test(arguments: [
        ("", "an empty file"), ("%PDF-1.7\n", "a PDF document"), ("Dear diary, über …\n", "text"),
        ("GIF89a\u{1}\u{0}", "a GIF image"), ("RIFF\u{4}\u{0}\u{0}\u{0}WEBPVP8 ", "a WebP image"),
        ("PK\u{3}\u{4}\u{14}", "a zip archive"), ("<svg xmlns=\"a\">", "an SVG drawing"),
        ("<!DOCTYPE html><p>", "a web page"), ("\u{0}\u{0}\u{0}\u{18}ftypheic", "a HEIC image"),
        ("\u{10}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}{\"a\"", "a safetensors checkpoint"),
        ("\u{1}\u{2}\u{3}", "data of an unknown kind"),
    ])
    func saysWhatItFoundInstead(_ content: String, _ found: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(content.utf8, to: "picture.png")
        #expect(throws: EngineError.notAnImage(path: path, found: found)) { try Image(contentsOf: path) }
    }

    @Test func saysWhyItCannotBeOpened() throws {
        let folder = try TemporaryFolder()
        #expect(throws: EngineError.fileMissing(path: folder.path("no.png"))) {
            try Image(contentsOf: folder.path("no.png"))
        }
        #expect(throws: EngineError.fileMissing(path: "")) { try Image(contentsOf: "") }
        #expect(
            throws: EngineError.fileUnreadable(
                path: folder.url.path, reason: "it is a folder; name a picture in it")
        ) { try Image(contentsOf: folder.url.path) }
        #expect(
            throws: EngineError.fileUnreadable(
                path: "/dev/zero", reason: "it is a device, not a file")
        ) { try Image(contentsOf: "/dev/zero") }
    }

    @Test func writesAndReadsBack() throws {
        let folder = try TemporaryFolder()
        let image = Image.speckled(width: 31, height: 20)
        let path = folder.path("neuron 42.PNG")
        try image.write(to: path, texts: ["vitrine-recipe": "{}"])
        try image.write(to: path, texts: ["vitrine-recipe": "{\"seed\": 1}"])
        #expect(try Image(contentsOf: path) == image)
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(PNG.texts(in: bytes) == ["vitrine-recipe": "{\"seed\": 1}"])
        try image.write(to: folder.path("a.jpeg"))
        #expect(try Image(contentsOf: folder.path("a.jpeg")).height == 20)
        // Nothing half-written is left beside them.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 2)
    }

    @Test func refusesOtherEndingsAndMissingFolders() throws {
        let folder = try TemporaryFolder()
        let image = Image.speckled(width: 2, height: 2)
        #expect(
            throws: EngineError.invalidValue(
                what: "The ending of “a.gif”", found: "“.gif”", expected: "“.png” or “.jpg”")
        ) { try image.write(to: "a.gif") }
        #expect(
            throws: EngineError.fileUnwritable(
                path: folder.path("none/a.png"), reason: "there is no folder “\(folder.path("none"))”")
        ) { try image.write(to: folder.path("none/a.png")) }
    }
}
