import Images
import Platform
import Studies
import TestSubjects
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct DreamTests {
    private let subject: LinearSubject = {
        var subject = LinearSubject()
        subject.inputSize = PixelSize(width: 8, height: 8)
        return subject
    }()
    private let photograph: Image = {
        let pixels = (0..<2400).map { (place: Int) -> UInt8 in
            let (row, column) = (place / 120, place % 7)
            return UInt8(40 + column * 20 + row * 2)
        }
        return Image(width: 40, height: 20, pixels: pixels)
    }()

    private func recipe(_ change: (inout Dream) -> Void = { _ in }) throws -> Recipe {
        var dream = Dream()
        dream.steps = 3
        change(&dream)
        return try Recipe(
            dream, of: photograph, called: PhotographReference(name: "p.png", of: photograph),
            toward: LinearSubject.bent, in: subject)
    }

    /// The photograph's shape, each octave 1.3 times as large as the one before, the last as large as the photograph.
    @Test func octavesGrowToThePhotographsSize() throws {
        let recipe = try recipe()
        #expect(recipe.stages.map(\.width) == [24, 31, 40])
        #expect(recipe.stages.map(\.height) == [12, 15, 20])
        #expect(recipe.totalSteps == 9)
        #expect(recipe.photographs.map(\.name) == ["p.png"])
    }

    /// A window of the model's input has to fit in, however small the picture is asked for.
    @Test func noOctaveIsSmallerThanTheInput() throws {
        let recipe = try recipe { $0.longerSide = 18 }
        #expect(recipe.stages.allSatisfy { $0.height >= 8 && $0.width >= 16 })
        #expect(recipe.stages.last?.width == 18)
    }

    @Test func itBeginsWithThePhotographAndChangesIt() throws {
        let reference = try recipe { $0.strength = 1e-6 }
        let longer = try recipe { $0.steps = 20 }
        let dreamt = try Renderer(subject: subject, recipe: longer, photographs: [photograph]).run()
        let still = try Renderer(subject: subject, recipe: reference, photographs: [photograph]).run()
        // With room above its lightest and below its darkest tone.
        let start = photograph.planes.values.map { 0.03 + 0.94 * $0 }
        func distance(_ image: Image) -> Float {
            zip(image.planes.values, start).map { abs($0 - $1) }.reduce(0, +) / 2400
        }
        #expect(distance(still.pictures[0].image) < 0.01, "what the first octaves were too small for is put back")
        #expect(distance(dreamt.pictures[0].image) > 5 * distance(still.pictures[0].image))
        #expect(dreamt.pictures[0].activation > still.pictures[0].activation)
        func mean(_ image: Image) -> Float { image.planes.values.reduce(0, +) / 2400 }
        #expect(abs(mean(dreamt.pictures[0].image) - mean(photograph)) < 0.02, "it is as bright as the photograph")
        let again = try Renderer(
            subject: subject, recipe: Recipe(json: dreamt.recipe.json()), photographs: [photograph]
        ).run()
        #expect(again.pictures[0].image == dreamt.pictures[0].image)
    }

    /// 0.03 · 255 and 0.97 · 255, where the photograph has 0 and 255: from there a step can go both ways.
    @Test(arguments: [(UInt8(0), UInt8(8)), (255, 247)]) func blackAndWhiteHaveRoomToGrow(
        _ tone: UInt8, _ expected: UInt8
    ) throws {
        let plain = Image(width: 40, height: 20, pixels: [UInt8](repeating: tone, count: 2400))
        var dream = Dream()
        (dream.steps, dream.strength) = (1, 1e-6)
        let recipe = try Recipe(
            dream, of: plain, called: PhotographReference(name: "plain.png", of: plain), toward: LinearSubject.bent,
            in: subject)
        let found = try Renderer(subject: subject, recipe: recipe, photographs: [plain]).run().pictures[0].image
        #expect(found.pixels.allSatisfy { $0 == expected })
    }

    @Test(arguments: [
        ("The number of octaves is 0; it must be from 1 to 10.", 0, Int?.none, Float(1)),
        ("The dream's longer side is 3 px; it must be from 16 to 16384 px.", 1, 3, 1),
        ("The dream's strength is -1.0; it must be above 0 (the default is 1).", 1, nil, -1),
    ]) func absurdNumbersAreRefused(_ message: String, octaves: Int, side: Int?, strength: Float) {
        let error = #expect(throws: EngineError.self) {
            try recipe {
                $0.octaves = octaves
                $0.longerSide = side
                $0.strength = strength
            }
        }
        #expect(error?.message == message)
    }
}
