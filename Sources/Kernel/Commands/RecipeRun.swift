import Cells
import Engine

extension Recipe {
    /// Renders with a live picture; what is on show at the end is the result. A picture that is known is shown at once.
    ///
    /// - Parameters:
    ///   - photographs: those that pictures start from or are compared with.
    ///   - cache: where known pictures are, and where these are kept; nil for neither.
    func render(
        by model: Model, photographs: [Image] = [], cache: PictureCache? = nil, in run: CellRun
    ) throws -> PictureValue {
        if let known = try cache?.rendering(of: self, by: model) {
            let picture = try PictureValue(known)
            // In the place where a render would have shown it, also for a cell that only names it.
            let live = LivePicture(in: run.execution, labels: known.pictures.map(\.label), model: model.name)
            live.finish(picture.bundle)
            run.didShow(picture, id: live.id)
            return picture
        }
        let references = try model.references(
            for: objectives, photographs: photographs, cancellation: run.cancellation)
        let renderer = try Renderer(
            subject: model, recipe: self, photographs: photographs, references: references)
        let live = LivePicture(
            in: run.execution, labels: renderer.labels, model: model.name,
            columns: PictureDisplay.columns(for: objectives))
        let rendering = try renderer.run(cancellation: run.cancellation) { live.update($0) }
        let picture = try PictureValue(rendering)
        live.finish(picture.bundle)
        run.didShow(picture, id: live.id)
        do throws(EngineError) {
            try cache?.keep(rendering, by: model)
        } catch {
            run.write("The picture is not kept for the next time: \(error.message)\n", toStandardError: true)
        }
        if case .notANumber = rendering.stop {
            run.write("\(picture.stopWords)\n", toStandardError: true)
        }
        return picture
    }
}
