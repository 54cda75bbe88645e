/// Pictures of a sheet that go through the model together: their parameters and how these move.
package final class PictureGroup {
    /// The pictures' places in the sheet.
    let places: Range<Int>
    private let evaluations: [ObjectiveEvaluation]
    private let seeds: [UInt64]
    package let parameterization: any ParameterizationState
    private let optimizer: any OptimizerState
    /// The parameters before the last step, to go back to when the next one shows that it went wrong.
    private let previous: FloatBuffer
    private let best: BestSoFar?

    /// The pictures at `places`, before their first step.
    package init(
        _ places: Range<Int>, recipe: Recipe, evaluations: [ObjectiveEvaluation], photograph: Image?
    ) {
        self.places = places
        self.evaluations = Array(evaluations[places])
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
        for index in 0..<places.count {
            var random = RandomSource(seed: seeds[index], stream: UInt64(step))
            stage.prepare(index, random: &random, progress: progress)
        }
        drawDisturbed(stage)
        try stage.executor.forward(cancellation: cancellation)
        let values = evaluations.indices.map { index in
            evaluations[index].evaluate(on: stage.executor, picture: index, seedsGradient: true)
        }
        guard values.allSatisfy(\.isFinite) else { return nil }
        best?.note(values, parameterization.parameters)
        try stage.executor.backward(cancellation: cancellation)
        pullBack(stage)
        return parameterization.gradient.isFinite ? values : nil
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
    func activations(of images: [Image], stage: Stage) throws(EngineError) -> [Float] {
        for (index, image) in images.enumerated() {
            let picture = stage.picture(index)
            for (offset, value) in image.planes.values.enumerated() { picture[offset] = value }
            stage.present(index, disturbed: false, lane: 0, .alone)
        }
        try stage.executor.forward(cancellation: nil)
        return evaluations.indices.map { index in
            evaluations[index].evaluate(on: stage.executor, picture: index, seedsGradient: false)
        }
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
            parameterization.pullBack(
                index, picture: stage.picture(index), pictureGradient: gradient, lane: lane, member)
        }
    }
}
