import Cells
import Engine

extension Recipe {
    /// Renders with a live picture; what is on show at the end is the result.
    ///
    /// - Parameter photographs: those that pictures start from or are compared with.
    func render(by model: Model, photographs: [Image] = [], in run: CellRun) throws -> PictureValue {
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
        if case .notANumber = rendering.stop {
            run.write("\(picture.stopWords)\n", toStandardError: true)
        }
        return picture
    }
}
