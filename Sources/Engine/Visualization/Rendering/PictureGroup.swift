import Images
import Platform

/// Pictures of a sheet that go through the model together: their parameters and how these move.
package final class PictureGroup {
    /// The pictures' places in the sheet.
    let places: Range<Int>
    private let objectives: SheetObjectives
    private let seeds: [UInt64]
    package let parameterization: any ParameterizationState
    private let optimizer: any OptimizerState
    /// The parameters before the last step, to go back to when the next one shows that it went wrong.
    private let previous: FloatBuffer
    private let corrections: PixelCorrections?
    private let best: BestSoFar?

    /// The pictures at `places`, before their first step of a stage.
    ///
    /// - Parameters:
    ///   - seeds: of all pictures of the sheet.
    ///   - pictures: what each picture of the group starts from, `[3, height, width]` in the stage's size; nil for the
    ///     parameterization's own start.
    package init(
        _ places: Range<Int>, stage: RenderStage, seeds: [UInt64], objectives: SheetObjectives,
        from pictures: [[Float]]? = nil
    ) {
        self.places = places
        self.objectives = objectives
        self.seeds = Array(seeds[places])
        let procedure = stage.procedure
        parameterization = procedure.parameterization.makeState(
            seeds: self.seeds, width: stage.width, height: stage.height, from: pictures)
        let count = parameterization.parameters.count
        optimizer = procedure.optimizer.makeState(pictures: places.count, count: count / places.count)
        best =
            procedure.keepsBest ? BestSoFar(pictures: places.count, count: count / places.count) : nil
        corrections =
            procedure.corrections.isEmpty ? nil : PixelCorrections(procedure.corrections, size: stage.size)
        previous = FloatBuffer(count: count)
        previous.copy(parameterization.parameters)
    }

    /// Computes the objectives on the disturbed pictures and the gradient of the parameters.
    ///
    /// - Returns: the objectives' values; nil where one of them or of the gradients is no number.
    /// - Throws: ``EngineError`` `.cancelled`; what an executor throws.
    package func computeGradient(
        step: Int, progress: Float, path: PicturePath, cancellation: Cancellation?
    ) throws(EngineError) -> [Float]? {
        try survey(step: step, progress: progress, path: path, cancellation: cancellation)
        var values = places.enumerated().map { index, place in
            let entries = path.entries(index)
            return entries.reduce(Float(0)) { sum, entry in
                sum + objectives.evaluate(place, on: path.executor, index: entry, seedsGradient: true)
            } / Float(entries.count)
        }
        guard values.allSatisfy(\.isFinite) else { return nil }
        try path.executor.backward(cancellation: cancellation)
        pullBack(path)
        for (index, place) in places.enumerated() { values[index] += objectives.pictureValue(place) }
        guard values.allSatisfy(\.isFinite), parameterization.gradient.isFinite else { return nil }
        best?.note(values, parameterization.parameters)
        return values
    }

    /// Runs the model on the disturbed pictures, and sums them up for those that are compared with them.
    ///
    /// Where objectives compare pictures of several groups, all groups are surveyed before one computes its gradient.
    func survey(step: Int, progress: Float, path: PicturePath, cancellation: Cancellation?) throws(EngineError) {
        for index in 0..<places.count {
            path.prepare(index, seed: seeds[index], step: step, progress: progress)
        }
        drawDisturbed(path)
        try path.executor.forward(cancellation: cancellation)
        objectives.summarize(places, on: path.executor)
    }

    /// Moves the parameters up the gradient.
    package func step(progress: Float) {
        previous.copy(parameterization.parameters)
        optimizer.step(
            parameters: parameterization.parameters, gradient: parameterization.gradient, progress: progress)
        corrections?.apply(to: parameterization.parameters, progress: progress)
    }

    /// Undoes the last ``step(progress:)``.
    ///
    /// The optimizer is of no use afterwards.
    func stepBack() { parameterization.parameters.copy(previous) }

    /// Goes back to the best parameters that were seen, where they are kept.
    func restoreBest() { best?.restore(into: parameterization.parameters) }

    /// The pictures as they are.
    func images(_ path: PicturePath) -> [Image] {
        pictures(path).map { Image(planes: $0, width: path.size.width, height: path.size.height) }
    }

    /// The pictures' values, not rounded and with whatever lies outside 0…1: `[3, height, width]` each.
    func pictures(_ path: PicturePath) -> [UnsafeBufferPointer<Float>] {
        (0..<places.count).map { index in
            parameterization.draw(index, into: path.picture(index), lane: 0)
            return UnsafeBufferPointer(start: path.picture(index), count: path.pictureCount)
        }
    }

    /// The objectives' values on `images`, undisturbed.
    package func activations(of images: [Image], path: PicturePath) throws(EngineError) -> [Float] {
        try survey(images, path: path)
        return places.enumerated().map { index, place in
            objectives.evaluate(
                place, on: path.executor, index: path.entries(index).lowerBound, seedsGradient: false)
                + objectives.evaluate(place, picture: path.picture(index), size: path.size)
        }
    }

    /// Runs the model on `images`, undisturbed, and sums them up for those that are compared with them.
    func survey(_ images: [Image], path: PicturePath) throws(EngineError) {
        for (index, image) in images.enumerated() {
            let picture = path.picture(index)
            for (offset, value) in image.planes.values.enumerated() { picture[offset] = value }
            path.present(index)
        }
        try path.executor.forward(cancellation: nil)
        objectives.summarize(places, on: path.executor)
    }

    private func drawDisturbed(_ path: PicturePath) {
        PictureLanes.forEach(of: places.count) { index, lane, team in
            parameterization.draw(index, into: path.picture(index), lane: lane, team)
            path.presentDisturbed(index, lane: lane, team)
        }
    }

    private func pullBack(_ path: PicturePath) {
        PictureLanes.forEach(of: places.count) { index, lane, team in
            let gradient = path.pullBack(index, lane: lane, team)
            objectives.addGradient(
                places.lowerBound + index, picture: path.picture(index), size: path.size, to: gradient)
            parameterization.pullBack(
                index, picture: path.picture(index), pictureGradient: gradient, lane: lane, team)
        }
    }
}
