import Commands
import Foundation
import Testing
import VitrineEngine

@Suite(.timeLimit(.minutes(10))) struct DreamCommandTests {
    private let notebook = Notebook.withTwoBlocks()
    private let folder = NSTemporaryDirectory() + "dreams-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let pixels = (0..<3 * 160 * 140).map { (place: Int) -> UInt8 in UInt8(60 + place % 97) }
        try Image(width: 160, height: 140, pixels: pixels).write(to: folder + "/photo.png")
        try Image(width: 1, height: 1, pixels: [9, 90, 200]).write(to: folder + "/dot.png")
        notebook.run("let vit = load(\"vit\"); let photo = image(\"\(folder)/photo.png\")")
    }

    @Test func aDreamHasThePhotographsShapeAndCanBeMadeAgain() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let answer = notebook.run("let d = dream(photo, toward: vit.blocks[1].mlp, steps: 2, octaves: 2)")
        #expect(answer.failure == nil, "\(answer.failure?.message ?? "")")
        let text = try #require(answer.displays.last?.data["image/png"]?.string)
        let image = try PNG.decode(Array(#require(Data(base64Encoded: text))))
        #expect((image.width, image.height) == (160, 140))
        let recipe = try #require(notebook.run("d.recipe").result)
        #expect(recipe.contains("photo.png” with its tones drawn in by 0.03 at both ends and noise"), "\(recipe)")
        #expect(notebook.run("save(d, \"\(folder)/dream.png\")").failure == nil)
        let again = notebook.run("rerun(\"\(folder)/dream.png\").activation == d.activation")
        #expect(again.result == "true", "\(again.failure?.message ?? "")")
        // Another photograph in its place, then none.
        try Image(width: 160, height: 140, color: SIMD3(9, 9, 9)).write(to: folder + "/photo.png")
        let other = notebook.run("rerun(\"\(folder)/dream.png\")").failure?.message
        #expect(other?.contains("was made with another photograph") == true, "\(other ?? "")")
        try FileManager.default.removeItem(atPath: folder + "/photo.png")
        let missing = notebook.run("rerun(\"\(folder)/dream.png\")").failure?.message
        #expect(
            missing?.contains("which is missing. Put it back, or beside the picture.") == true, "\(missing ?? "")")
    }

    @Test func onePixelCanBeDreamtOver() {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let answer = notebook.run(
            "dream(image(\"\(folder)/dot.png\"), toward: vit.logit(\"church\"), steps: 1, octaves: 1)")
        #expect(answer.failure == nil, "\(answer.failure?.message ?? "")")
    }

    @Test(arguments: [
        ("dream(photo, toward: vit.blocks[1].mlp, steps: 0)", "The number of steps is 0; it must be a whole number"),
        ("dream(photo, toward: vit.blocks[1].mlp.neurons(0..<2))", "A dream needs one objective, but this is a list"),
        ("dream(vit, toward: vit.blocks[1].mlp)", "`photo` must be an image, but this is a model."),
        ("dream(photo, toward: totalVariation())", "The objective is empty."),
        ("dream(photo, toward: vit.blocks[1].mlp, octaves: 99)", "The number of octaves is 99; it must be from 1 to"),
        (
            "render(vit.blocks[1].like(photo), steps: 2, size: 100_000_000)",
            "A picture of 100000000 × 100000000 pixels would"
        ),
    ]) func whatCannotBeIsSaid(_ cell: String, _ message: String) {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let found = notebook.run(cell).failure?.message
        #expect(found?.contains(message) == true, "\(found ?? "no failure")")
    }
}
