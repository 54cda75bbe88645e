import Compute
import Images
import Platform

/// Pictures of a sheet that go through the model together, and what they are drawn from.
package struct DrawnPictures {
    /// The pictures' places in the sheet.
    package let places: Range<Int>
    /// A seed for each.
    package let seeds: [UInt64]
    /// What an optimizer changes.
    package let parameterization: any ParameterizationState

    /// The pictures at `places`.
    package init(_ places: Range<Int>, seeds: [UInt64], parameterization: any ParameterizationState) {
        self.places = places
        self.seeds = seeds
        self.parameterization = parameterization
    }
}

/// A step of a batch of pictures: draws them, disturbs them, runs the model, evaluates the objectives, and brings the gradient
/// back to what the pictures are drawn from.
///
/// It has the executor, and the memory for one batch; several batches of a sheet take it in turn. A picture can go several
/// times in one step, each time disturbed on its own: its copies stand beside each other in the executor's batch.
package final class RenderStep {
    private let executor: any Executor
    private let objectives: SheetObjectives
    /// The pictures' size, and the model's.
    private let size: PixelSize
    private let input: PixelSize
    /// How often each picture goes through the model in one step.
    private let copies: Int
    /// Who works on which picture.
    private let lanes: PictureLanes
    /// What disturbs pictures, copy by copy.
    private let chain: TransformChain
    /// What the model sees of each copy, where that is not all of the picture.
    private var windows: [Window]
    /// From the pictures' size to the model's, for each lane.
    private let fits: [Fit]
    /// ∂objective/∂picture by one copy, `[3, height, width]` for each lane.
    private let pictureGradients: [FloatBuffer]
    /// The mean over the copies, where there are several.
    private let meanGradients: [FloatBuffer]
    /// `[batch, 3, height, width]`.
    private let pictures: FloatBuffer
    private let normalization: Normalization
    /// What the model is shown while the picture is sought.
    private let soughtNormalization: Normalization

    /// A step of a stage's procedure for up to `batch` pictures at a time.
    ///
    /// - Throws: ``EngineError`` `.tooLarge` where the memory does not suffice; what the subject throws.
    package init(
        _ stage: RenderStage, subject: any RenderSubject, objectives: SheetObjectives, batch: Int
    ) throws(EngineError) {
        let (size, input, procedure) = (stage.size, subject.inputSize, stage.procedure)
        let entries = batch * procedure.copies
        executor = try subject.makeExecutor(layers: objectives.layers, batch: entries, gradient: true)
        self.objectives = objectives
        self.size = size
        self.input = input
        copies = procedure.copies
        normalization = subject.normalization
        soughtNormalization = procedure.skipsNormalization ? .none : subject.normalization
        let seesWindow = procedure.sight == .window && size != input
        windows = seesWindow ? (0..<entries).map { _ in Window(of: size, size: input) } : []
        lanes = PictureLanes(subject.host.team)
        let indices = 0..<lanes.count(pictures: batch)
        fits = indices.map { _ in Fit(from: size, to: input) }
        pictureGradients = indices.map { _ in FloatBuffer(count: 3 * size.area) }
        meanGradients = copies > 1 ? indices.map { _ in FloatBuffer(count: 3 * size.area) } : []
        chain = TransformChain(procedure.transforms, size: input, pictures: entries)
        pictures = FloatBuffer(count: batch * 3 * size.area)
    }

    /// Computes the objectives on the disturbed pictures and the gradient of their parameters.
    ///
    /// - Parameters:
    ///   - step: of the whole render, for the random numbers.
    ///   - progress: 0 at the stage's first step, 1 at its last.
    /// - Returns: the objectives' values; nil where one of them or of the gradients is no number.
    /// - Throws: ``EngineError`` `.cancelled`; what an executor throws.
    package func computeGradient(
        of batch: DrawnPictures, step: Int, progress: Float, cancellation: Cancellation?
    ) throws(EngineError) -> [Float]? {
        try survey(batch, step: step, progress: progress, cancellation: cancellation)
        var values = batch.places.enumerated().map { index, place in
            let entries = entries(index)
            return entries.reduce(Float(0)) { sum, entry in
                sum + objectives.evaluate(place, on: executor, index: entry, seedsGradient: true)
            } / Float(entries.count)
        }
        guard values.allSatisfy(\.isFinite) else { return nil }
        try executor.backward(cancellation: cancellation)
        pullBack(batch)
        for (index, place) in batch.places.enumerated() { values[index] += objectives.pictureValue(place) }
        guard values.allSatisfy(\.isFinite), batch.parameterization.gradient.isFinite else { return nil }
        return values
    }

    /// Runs the model on the disturbed pictures, and sums them up for those that are compared with them.
    ///
    /// Where objectives compare pictures of several batches, all are surveyed before the gradient of one is computed.
    func survey(
        _ batch: DrawnPictures, step: Int, progress: Float, cancellation: Cancellation?
    ) throws(EngineError) {
        for (index, seed) in batch.seeds.enumerated() { prepare(index, seed: seed, step: step, progress: progress) }
        executor.writeInput { input in
            lanes.forEach(of: batch.places.count) { index, lane, team in
                batch.parameterization.draw(index, into: picture(index), lane: lane, team)
                presentDisturbed(index, in: input, lane: lane, team)
            }
        }
        try executor.forward(cancellation: cancellation)
        objectives.summarize(batch.places, on: executor)
    }

    /// The objectives' values on the images at some places of the sheet, undisturbed.
    package func activations(of images: [Image], at places: Range<Int>) throws(EngineError) -> [Float] {
        try survey(images, at: places)
        return places.enumerated().map { index, place in
            objectives.evaluate(place, on: executor, index: entries(index).lowerBound, seedsGradient: false)
                + objectives.evaluate(place, picture: picture(index), size: size)
        }
    }

    /// Runs the model on the images at some places of the sheet, undisturbed, and sums them up for those that are compared
    /// with them.
    func survey(_ images: [Image], at places: Range<Int>) throws(EngineError) {
        for (index, image) in images.enumerated() {
            let picture = picture(index)
            for (offset, value) in image.planes.values.enumerated() { picture[offset] = value }
        }
        executor.writeInput { input in
            for index in images.indices { present(index, in: input) }
        }
        try executor.forward(cancellation: nil)
        objectives.summarize(places, on: executor)
    }

    /// Draws the pictures as they are, not rounded and with whatever lies outside 0…1: `[3, height, width]` each, until the
    /// next call.
    func draw(_ batch: DrawnPictures) -> [UnsafeBufferPointer<Float>] {
        (0..<batch.places.count).map { index in
            batch.parameterization.draw(index, into: picture(index), lane: 0)
            return UnsafeBufferPointer(start: picture(index), count: pictureCount)
        }
    }

    /// How many floats a picture holds.
    private var pictureCount: Int { 3 * size.area }

    /// A picture of the batch, `[3, height, width]`.
    private func picture(_ index: Int) -> UnsafeMutablePointer<Float> { pictures.pointer + index * pictureCount }

    /// Where the copies of a picture of the batch are in the executor's batch. Undisturbed, it is the first.
    private func entries(_ index: Int) -> Range<Int> { index * copies..<(index + 1) * copies }

    /// Draws a step's random numbers for one picture, from nothing but its own source.
    private func prepare(_ index: Int, seed: UInt64, step: Int, progress: Float) {
        for (copy, entry) in entries(index).enumerated() {
            var random = RandomSource(seed: seed, stream: UInt64(step) | UInt64(copy) << 32)
            if !windows.isEmpty { windows[entry].move(&random) }
            chain.prepare(entry, random: &random, progress: progress)
        }
    }

    /// Puts a picture into the model's input as it is.
    private func present(_ index: Int, in batch: UnsafeMutableBufferPointer<Float>) {
        let entry = entries(index).lowerBound
        fits[0].forward(input: picture(index), output: chain.planes(entry), .alone)
        normalization.apply(chain.planes(entry), to: place(entry, in: batch), plane: input.area, .alone)
    }

    /// Puts a picture's copies into the model's input, through the transforms.
    private func presentDisturbed(
        _ index: Int, in batch: UnsafeMutableBufferPointer<Float>, lane: Int, _ team: ThreadTeam
    ) {
        for entry in entries(index) {
            if windows.isEmpty {
                fits[lane].forward(input: picture(index), output: chain.planes(entry), team)
            } else {
                windows[entry].forward(input: picture(index), output: chain.planes(entry), team)
            }
            chain.forward(entry, team) { planes in
                soughtNormalization.apply(planes, to: place(entry, in: batch), plane: input.area, team)
            }
        }
    }

    private func place(
        _ entry: Int, in batch: UnsafeMutableBufferPointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        guard let first = batch.baseAddress else { preconditionFailure("an executor has an input") }
        return first + entry * 3 * input.area
    }

    /// Brings the gradient of the model's input back to the pictures' parameters.
    private func pullBack(_ batch: DrawnPictures) {
        executor.readInputGradient { inputGradient in
            lanes.forEach(of: batch.places.count) { index, lane, team in
                let gradient = pictureGradient(index, of: inputGradient, lane: lane, team)
                objectives.addGradient(
                    batch.places.lowerBound + index, picture: picture(index), size: size, to: gradient)
                batch.parameterization.pullBack(
                    index, picture: picture(index), pictureGradient: gradient, lane: lane, team)
            }
        }
    }

    /// The gradient of a picture: the mean over its copies.
    ///
    /// - Parameter batch: the executor's input gradient.
    /// - Returns: `[3, height, width]`, which the lane's next call overwrites.
    private func pictureGradient(
        _ index: Int, of batch: UnsafeBufferPointer<Float>, lane: Int, _ team: ThreadTeam
    ) -> UnsafeMutablePointer<Float> {
        let gradient = pictureGradients[lane].pointer
        guard copies > 1 else {
            pullBack(entry: index, of: batch, into: gradient, lane: lane, team)
            return gradient
        }
        let mean = meanGradients[lane].pointer
        team.forEach(ofElements: pictureCount) { zero(mean, $0) }
        let share = 1 / Float(copies)
        for entry in entries(index) {
            pullBack(entry: entry, of: batch, into: gradient, lane: lane, team)
            team.forEach(ofElements: pictureCount) { part in
                for place in part { mean[place] += share * gradient[place] }
            }
        }
        return mean
    }

    private func pullBack(
        entry: Int, of batch: UnsafeBufferPointer<Float>, into pictureGradient: UnsafeMutablePointer<Float>, lane: Int,
        _ team: ThreadTeam
    ) {
        guard let gradient = batch.baseAddress else {
            preconditionFailure("an executor that was made with a gradient has one")
        }
        chain.gradient(entry, team) {
            soughtNormalization.gradient(gradient + entry * 3 * input.area, to: $0, plane: input.area, team)
        }
        if windows.isEmpty {
            fits[lane].gradient(outputGradient: chain.planes(entry), inputGradient: pictureGradient, team)
        } else {
            windows[entry].gradient(outputGradient: chain.planes(entry), inputGradient: pictureGradient, team)
        }
    }
}
