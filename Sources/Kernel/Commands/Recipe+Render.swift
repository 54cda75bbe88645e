import Cells
import VitrineEngine

extension Recipe {
    /// Renders with a live picture, which is replaced by the result. A picture from the cache is shown at once.
    ///
    /// - Parameters:
    ///   - photographs: those that pictures start from or are compared with.
    ///   - cache: the cache to look up pictures in and to store them in; nil for none.
    func render(
        by model: Model, photographs: [Image] = [], cache: PictureCache? = nil, in run: CellRun
    ) throws -> PictureValue {
        // Also a picture from the cache, and one that the cell only assigns, gets a display of its own.
        var live: LivePicture?
        let rendering = try rendering(by: model, photographs: photographs, cache: cache, in: run) { [self] labels in
            live = LivePicture(
                in: run.execution, labels: labels, model: model.name, columns: PictureDisplay.columns(for: objectives))
        } onStep: {
            live?.update($0)
        }
        let picture = try PictureValue(rendering, cell: run.source)
        let display = live ?? LivePicture(in: run.execution, labels: [], model: model.name)
        display.finish(picture.bundle)
        run.didShow(picture, id: display.id)
        return picture
    }

    /// Renders the pictures, or takes them from the cache.
    ///
    /// Warns on standard error if the pictures cannot be cached, or if the render stopped early.
    ///
    /// - Parameters:
    ///   - onStart: called with the pictures' labels before they are rendered.
    ///   - onStep: called after each step.
    func rendering(
        by model: Model, photographs: [Image], cache: PictureCache?, in run: CellRun,
        onStart: ([String]) -> Void = { _ in }, onStep: (RenderProgress) -> Void
    ) throws -> Rendering {
        if let known = try cache?.rendering(of: self, by: model) { return known }
        let references = try model.references(
            for: objectives, photographs: photographs, cancellation: run.cancellation)
        let renderer = try Renderer(
            subject: model, recipe: self, photographs: photographs, references: references)
        onStart(renderer.labels)
        let rendering = try renderer.run(cancellation: run.cancellation, onStep: onStep)
        do throws(EngineError) {
            try cache?.keep(rendering, by: model)
        } catch {
            run.write("The picture could not be cached: \(error.message)\n", toStandardError: true)
        }
        switch rendering.stop {
        case .notANumber, .tooLarge: run.write("\(rendering.stopWords)\n", toStandardError: true)
        case .finished, .interrupted: break
        }
        return rendering
    }
}
