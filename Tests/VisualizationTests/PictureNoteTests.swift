import Foundation
import Images
import TestSubjects
import TestSupport
import Testing
import Visualization

/// A picture that means nothing says so.
@Suite(.timeLimit(.minutes(10))) struct PictureNoteTests {
    private func rendering(
        steps: Int, rate: Float = 0.05, start: PictureStart, objective: Objective = RendererTests.bent
    ) throws -> Rendering {
        var recipe = RendererTests.recipe(steps: steps, objectives: [objective])
        recipe.lastStage.procedure = Procedure(
            parameterization: .pixels(start: start, color: Color(space: .rgb, bound: .none)), transforms: [],
            optimizer: .adam(rate: .constant(rate)))
        return try Renderer(subject: LinearSubject(), recipe: recipe).run()
    }

    @Test func aPictureThatStayedAsItBeganSaysSo() throws {
        // What it should drive answers nothing: there is no gradient.
        let silent = try rendering(
            steps: 40, start: .noise(mean: 0.5, deviation: 0.1), objective: 0 * RendererTests.bent)
        #expect(silent.pictures[0].notes == [.hardlyChanged])
        let driven = try rendering(steps: 40, rate: 0.005, start: .noise(mean: 0.5, deviation: 0.1))
        #expect(driven.pictures[0].notes == [])
    }

    @Test func aPictureWhoseColorsAreAtTheirEndsSaysHowMany() throws {
        let driven = try rendering(steps: 200, rate: 0.2, start: .noise(mean: 0.5, deviation: 0.1))
        guard case .saturated(let share) = driven.pictures[0].notes.first else {
            Issue.record("no note: \(driven.pictures[0].notes)")
            return
        }
        // Counted by hand: a pixel with a channel within .02 of 0 or 1.
        let pixels = driven.pictures[0].image.pixels
        let clipped = (0..<pixels.count / 3).count { place in
            (0..<3).contains { pixels[3 * place + $0] <= 5 || pixels[3 * place + $0] >= 250 }
        }
        #expect(share == Float(clipped) / Float(pixels.count / 3) && share > 0.75)
        #expect(
            driven.pictures[0].notes[0].words
                == "\(Int((share * 100).rounded())) % of its pixels are black, white or a pure color")
    }

    @Test func words() {
        #expect(PictureNote.hardlyChanged.words == "Hardly changed from its start")
        #expect(PictureNote.noResponse(starts: 4).words == "Did not respond in 4 starts")
        #expect(PictureNote.noResponse(starts: 1).words == "Did not respond in 1 start")
        #expect(PictureNote.saturated(share: 0.8).brief == "saturated")
    }

    /// A picture that is kept keeps its notes, and the file of one without any is what it was before there were notes.
    @Test func notesAreKept() throws {
        let folder = try TemporaryFolder()
        let cache = PictureCache(folder.url.path)
        let silent = try rendering(
            steps: 40, start: .noise(mean: 0.5, deviation: 0.1), objective: 0 * RendererTests.bent)
        try cache.keep(silent, by: LinearSubject())
        let known = try #require(try cache.rendering(of: silent.recipe, by: LinearSubject()))
        #expect(known.isKept && !silent.isKept)
        #expect(known.pictures[0].notes == [.hardlyChanged])
        let driven = try rendering(steps: 40, rate: 0.005, start: .noise(mean: 0.5, deviation: 0.1))
        try cache.keep(driven, by: LinearSubject())
        let files = cache.store.names().compactMap { FileManager.default.contents(atPath: cache.store.path(of: $0)) }
        #expect(files.count == 2)
        #expect(files.count { PNG.texts(in: Array($0))["vitrine-record"]?.contains("notes") == true } == 1)
    }
}
