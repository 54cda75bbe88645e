import Cells
import VitrineEngine

extension Recipe {
    /// Renders with a live picture; what is on show at the end is the result. A picture that is known is shown at once.
    ///
    /// - Parameters:
    ///   - photographs: those that pictures start from or are compared with.
    ///   - cache: where known pictures are, and where these are kept; nil for neither.
    func render(
        by model: Model, photographs: [Image] = [], cache: PictureCache? = nil, in run: CellRun
    ) throws -> PictureValue {
        // In the place where a render shows it, also a picture that is known and one that the cell only names.
        var live: LivePicture?
        let rendering = try rendering(by: model, photographs: photographs, cache: cache, in: run) { [self] labels in
            live = LivePicture(
                in: run.execution, labels: labels, model: model.name, columns: PictureDisplay.columns(for: objectives))
        } onStep: {
            live?.update($0)
        }
        let picture = try PictureValue(rendering, cell: run.source)
        let place = live ?? LivePicture(in: run.execution, labels: [], model: model.name)
        place.finish(picture.bundle)
        run.didShow(picture, id: place.id)
        return picture
    }

    /// Renders, or finds the pictures where they are known.
    ///
    /// Says what went wrong beside the pictures: that they are not kept, or that a number was none.
    ///
    /// - Parameters:
    ///   - onStart: is told the pictures' labels where they have to be rendered.
    ///   - onStep: is called after each step.
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
            run.write("The picture could not be kept for next time: \(error.message)\n", toStandardError: true)
        }
        switch rendering.stop {
        case .notANumber, .tooLarge: run.write("\(rendering.stopWords)\n", toStandardError: true)
        case .finished, .interrupted: break
        }
        return rendering
    }
}
