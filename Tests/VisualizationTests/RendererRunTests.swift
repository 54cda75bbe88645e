import Platform
import TestSubjects
import Testing
import Visualization

/// A renderer that is run again, or cannot go on.
@Suite(.timeLimit(.minutes(10))) struct RendererRunTests {
    /// A second stage with more pictures at a time than there is memory for: the first one's pictures are returned, and can
    /// be rendered again.
    @Test func aStageThatIsTooLargeKeepsThePicturesSoFar() throws {
        var recipe = RendererTests.recipe(steps: 3)
        recipe.lastStage.procedure.copies = 4
        recipe.stages.insert(RenderStage(width: 6, height: 4, steps: 2, procedure: RendererTests.procedure), at: 0)
        var subject = LinearSubject()
        subject.largestBatch = 1
        let renderer = try Renderer(subject: subject, recipe: recipe)
        let rendering = try renderer.run()
        let reason =
            "4 pictures would need 4 bytes and 1 bytes are free. Choose a smaller size or fewer pictures at once."
        #expect(rendering.stop == .tooLarge(step: 2, reason: reason))
        #expect(rendering.steps == 2 && rendering.recipe.stopAfter == 2)
        let alone = try Renderer(subject: subject, recipe: RendererTests.recipe(steps: 2)).run()
        #expect(rendering.pictures[0].image == alone.pictures[0].image)
        #expect(rendering.pictures[0].activation == alone.pictures[0].activation)
        #expect(try renderer.run().stop == rendering.stop)
    }

    /// Running again begins again.
    @Test func everyRunBeginsAtTheFirstStep() throws {
        var recipe = RendererTests.recipe(steps: 3)
        recipe.stages.insert(RenderStage(width: 3, height: 2, steps: 2, procedure: RendererTests.procedure), at: 0)
        let renderer = try Renderer(subject: LinearSubject(), recipe: recipe)
        let first = try renderer.run()
        let second = try renderer.run()
        #expect(first.pictures == second.pictures && first.history == second.history)
        let third = try renderer.run(cancellation: cancelled())
        #expect(third.steps == 0 && third.stop == .interrupted)
        #expect(try renderer.run().pictures == first.pictures)
    }

    private func cancelled() -> Cancellation {
        let cancellation = Cancellation()
        cancellation.request()
        return cancellation
    }
}
