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
    private let best: BestSoFar?

    /// The pictures at `places`, before their first step.
    package init(
        _ places: Range<Int>, recipe: Recipe, objectives: SheetObjectives, photograph: Image?
    ) {
        self.places = places
        self.objectives = objectives
        seeds = Array(recipe.seeds[places])
        parameterization = recipe.procedure.parameterization.makeState(
            seeds: seeds, width: recipe.width, height: recipe.height, photograph: photograph)
        let count = parameterization.parameters.count
        optimizer = recipe.procedure.optimizer.makeState(pictures: places.count, count: count / places.count)
        best =
            recipe.procedure.keepsBest == true
            ? BestSoFar(pictures: places.count, count: count / places.count) : nil
        previous = FloatBuffer(count: count)
        previous.copy(parameterization.parameters)
    }

    /// Computes the objectives on the disturbed pictures and the gradient of the parameters.
    ///
    /// - Returns: the objectives' values; nil where one of them or of the gradients is no number.
    /// - Throws: ``EngineError`` `.cancelled`; what an executor throws.
    package func computeGradient(
        step: Int, progress: Float, stage: Stage, cancellation: Cancellation?
    ) throws(EngineError) -> [Float]? {
        try survey(step: step, progress: progress, stage: stage, cancellation: cancellation)
        var values = places.enumerated().map { index, place in
            objectives.evaluate(place, on: stage.executor, index: index, seedsGradient: true)
        }
        guard values.allSatisfy(\.isFinite) else { return nil }
        try stage.executor.backward(cancellation: cancellation)
        pullBack(stage)
        for (index, place) in places.enumerated() { values[index] += objectives.pictureValue(place) }
        guard values.allSatisfy(\.isFinite), parameterization.gradient.isFinite else { return nil }
        best?.note(values, parameterization.parameters)
        return values
    }

    /// Runs the model on the disturbed pictures, and sums them up for those that are compared with them.
    ///
    /// Where objectives compare pictures of several groups, all groups are surveyed before one computes its gradient.
    func survey(step: Int, progress: Float, stage: Stage, cancellation: Cancellation?) throws(EngineError) {
        for index in 0..<places.count {
            var random = RandomSource(seed: seeds[index], stream: UInt64(step))
            stage.prepare(index, random: &random, progress: progress)
        }
        drawDisturbed(stage)
        try stage.executor.forward(cancellation: cancellation)
        objectives.summarise(places, on: stage.executor)
    }

    /// Moves the parameters up the gradient.
    package func step(progress: Float) {
        previous.copy(parameterization.parameters)
        optimizer.step(
            parameters: parameterization.parameters, gradient: parameterization.gradient, progress: progress)
    }

    /// Undoes the last ``step(progress:)``.
    ///
    /// The optimizer is of no use afterwards.
    func stepBack() { parameterization.parameters.copy(previous) }

    /// Goes back to the best parameters that were seen, where they are kept.
    func restoreBest() { best?.restore(into: parameterization.parameters) }

    /// The pictures as they are.
    func images(_ stage: Stage) -> [Image] {
        (0..<places.count).map { index in
            let picture = stage.picture(index)
            parameterization.draw(index, into: picture, lane: 0)
            return Image(
                planes: UnsafeBufferPointer(start: picture, count: stage.pictureCount),
                width: stage.size.width, height: stage.size.height)
        }
    }

    /// The objectives' values on `images`, undisturbed.
    package func activations(of images: [Image], stage: Stage) throws(EngineError) -> [Float] {
        try survey(images, stage: stage)
        return places.enumerated().map { index, place in
            objectives.evaluate(place, on: stage.executor, index: index, seedsGradient: false)
                + objectives.evaluate(place, picture: stage.picture(index), size: stage.size)
        }
    }

    /// Runs the model on `images`, undisturbed, and sums them up for those that are compared with them.
    func survey(_ images: [Image], stage: Stage) throws(EngineError) {
        for (index, image) in images.enumerated() {
            let picture = stage.picture(index)
            for (offset, value) in image.planes.values.enumerated() { picture[offset] = value }
            stage.present(index, disturbed: false, lane: 0, .alone)
        }
        try stage.executor.forward(cancellation: nil)
        objectives.summarise(places, on: stage.executor)
    }

    private func drawDisturbed(_ stage: Stage) {
        PictureLanes.forEach(of: places.count) { index, lane, member in
            parameterization.draw(index, into: stage.picture(index), lane: lane, member)
            member.meet()
            stage.present(index, disturbed: true, lane: lane, member)
        }
    }

    private func pullBack(_ stage: Stage) {
        PictureLanes.forEach(of: places.count) { index, lane, member in
            let gradient = stage.pullBack(index, lane: lane, member)
            objectives.addGradient(
                places.lowerBound + index, picture: stage.picture(index), size: stage.size, to: gradient, member)
            parameterization.pullBack(
                index, picture: stage.picture(index), pictureGradient: gradient, lane: lane, member)
        }
    }
}
