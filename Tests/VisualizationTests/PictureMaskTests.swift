import Compute
import Images
import Platform
import TestSubjects
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct PictureMaskTests {
    private func rendering(_ steps: Int) throws -> Rendering {
        let subject = LinearSubject()
        let stage = RenderStage(
            width: 6, height: 4, steps: steps,
            procedure: Procedure(
                parameterization: .pixels(start: .gray(level: 0.5), color: Color(space: .rgb, bound: .none)),
                transforms: [], optimizer: .ascent(rate: .constant(0.001), normalization: .none)))
        let target = Target(model: "fake", layer: "linear", features: .indices([1]), tokens: .all)
        let recipe = Recipe(
            model: "fake", weightsHash: "abc", objectives: [.mean(target)], seeds: [1], stages: [stage])
        return try Renderer(subject: subject, recipe: recipe).run()
    }

    @Test func aLinearModelsGradientIsItsMask() throws {
        // The gradient of a linear model is the same at every step, so the mask does not depend on their number.
        let one = try rendering(1).masks
        #expect(one.count == 1 && (one[0].width, one[0].height) == (6, 4))
        #expect(try rendering(3).masks == one)
        // A fifth of the 24 pixels lies above the percentile and is opaque: places 18.4 and up of 0 to 23.
        #expect(one[0].alpha.count { $0 == 255 } == 5)
        #expect(one[0].values.shape == [4, 6])
        #expect(Set(one[0].alpha).count > 10)
    }

    @Test func aKeptPictureKeepsItsMask() throws {
        let folder = try TemporaryFolder()
        let cache = PictureCache(folder.path("pictures"))
        let made = try rendering(2)
        let subject = LinearSubject()
        try cache.keep(made, by: subject)
        let kept = try #require(try cache.rendering(of: made.recipe, by: subject))
        #expect(kept.isKept && kept.masks == made.masks)
    }
}
