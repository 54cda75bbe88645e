import Downloads
import Foundation
import Platform
import TestSubjects
import TestSupport
import Testing
import Visualization

/// A render whose recipe is known comes out of the cache as it was.
@Suite(.timeLimit(.minutes(10))) struct PictureCacheTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let objectives = [RendererTests.bent, 2 * RendererTests.bent]

    private static func render(_ recipe: Recipe, _ subject: LinearSubject = LinearSubject()) throws -> Rendering {
        try Renderer(subject: subject, recipe: recipe).run()
    }

    @Test func aKnownRenderIsTheSame() throws {
        let cache = PictureCache(folder.url.path)
        let recipe = RendererTests.recipe(objectives: Self.objectives)
        let subject = LinearSubject()
        #expect(try cache.rendering(of: recipe, by: subject) == nil)
        let fresh = try Self.render(recipe)
        try cache.keep(fresh, by: subject)
        let known = try #require(try cache.rendering(of: recipe, by: subject))
        #expect(known.pictures == fresh.pictures && known.recipe == fresh.recipe)
        #expect(known.history == fresh.history && known.steps == fresh.steps && known.stop == .finished)
    }

    /// A sheet's pictures are those that would be made alone, so each is found alone, and a sheet of known ones is known.
    @Test func picturesOfSheetsAreFoundAlone() throws {
        let cache = PictureCache(folder.url.path)
        let subject = LinearSubject()
        let sheet = RendererTests.recipe(objectives: Self.objectives)
        let fresh = try Self.render(sheet)
        try cache.keep(fresh, by: subject)
        let alone = try #require(try cache.rendering(of: sheet.alone(1), by: subject))
        #expect(alone.pictures[0].image == fresh.pictures[1].image)
        var turned = sheet
        turned.objectives.reverse()
        turned.seeds.reverse()
        #expect(
            try cache.rendering(of: turned, by: subject)?.pictures.map(\.image)
                == fresh.pictures.map(\.image).reversed())
    }

    @Test func anotherModelOrAnotherRecipeIsNotFound() throws {
        let cache = PictureCache(folder.url.path)
        let recipe = RendererTests.recipe(objectives: Self.objectives)
        try cache.keep(try Self.render(recipe), by: LinearSubject())
        var other = LinearSubject()
        other.normalization = Normalization(mean: [0, 0, 0], deviation: [1, 1, 1])
        #expect(try cache.rendering(of: recipe, by: other) == nil)
        var steps = recipe
        steps.lastStage.steps += 1
        #expect(try cache.rendering(of: steps, by: LinearSubject()) == nil)
    }

    @Test func anInterruptedRenderIsNotKept() throws {
        let cache = PictureCache(folder.url.path)
        var subject = LinearSubject()
        subject.cancelsAt = 3
        let recipe = RendererTests.recipe(objectives: Self.objectives)
        let rendering = try Self.render(recipe, subject)
        #expect(rendering.wasInterrupted)
        try cache.keep(rendering, by: subject)
        #expect(folder.files.isEmpty)
        // Made again with fewer steps on purpose, it is finished.
        let again = try Self.render(rendering.recipe)
        try cache.keep(again, by: subject)
        #expect(try cache.rendering(of: rendering.recipe, by: subject)?.steps == 2)
    }

    /// Pictures that are compared with others of their sheet are not those that would be made alone.
    @Test func comparedPicturesAreNotKept() throws {
        let cache = PictureCache(folder.url.path)
        let target = try #require(RendererTests.bent.targets.first)
        let recipe = RendererTests.recipe(objectives: [.diversity(target), RendererTests.bent])
        try cache.keep(try Self.render(recipe), by: LinearSubject())
        #expect(folder.files.isEmpty && !recipe.makesPicturesAlone)
        #expect(try cache.rendering(of: recipe, by: LinearSubject()) == nil)
    }

    @Test func whatWasNotLookedAtForLongestGoesFirst() throws {
        let subject = LinearSubject()
        let recipes = (0..<10).map { seed in
            var recipe = RendererTests.recipe(objectives: [RendererTests.bent])
            recipe.seeds = [UInt64(seed)]
            return recipe
        }
        let filling = PictureCache(folder.url.path)
        for (age, recipe) in recipes.enumerated() {
            try filling.keep(try Self.render(recipe), by: subject)
            let name = try PictureKey(recipe, facts: subject.pictureFacts).name
            let date = Date(timeIntervalSince1970: 1_700_000_000 + Double(age))
            try FileManager.default.setAttributes(
                [.modificationDate: date], ofItemAtPath: filling.store.path(of: name))
        }
        // The oldest is looked at, and so is the youngest now.
        _ = try filling.rendering(of: recipes[0], by: subject)
        let sizes = folder.files.count * 4096
        PictureCache(folder.url.path, limitBytes: sizes / 2).trim()
        #expect(folder.files.count < 6)
        #expect(try filling.rendering(of: recipes[0], by: subject) != nil)
        #expect(try filling.rendering(of: recipes[1], by: subject) == nil)
        #expect(try filling.rendering(of: recipes[9], by: subject) != nil)
    }

    @Test func theEnvironmentSaysWhere() {
        func folder(_ variables: [String: String]) -> String? { DownloadEnvironment(variables).pictureCache }
        #expect(folder(["HOME": "/home/ada"]) == "/home/ada/.cache/vitrine/pictures")
        #expect(folder(["XDG_CACHE_HOME": "/cache"]) == "/cache/vitrine/pictures")
        #expect(folder(["VITRINE_CACHE": "~/pictures/", "HOME": "/home/ada"]) == "/home/ada/pictures")
        #expect(folder(["VITRINE_CACHE": "off"]) == nil)
        #expect(PictureCache(environment: DownloadEnvironment(["VITRINE_CACHE": "off"])) == nil)
    }
}
