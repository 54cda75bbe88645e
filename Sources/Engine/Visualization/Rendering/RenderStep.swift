import Compute
import Images
import Platform

/// Pictures of a sheet that go through the model together, and the parameters that they are drawn from.
package struct DrawnPictures {
    /// The pictures' indexes in the sheet.
    package let places: Range<Int>
    /// The seed of each picture.
    package let seeds: [UInt64]
    /// The parameters that an optimizer changes.
    package let parameterization: any ParameterizationState

    /// Creates the pictures at `places` of the sheet.
    package init(_ places: Range<Int>, seeds: [UInt64], parameterization: any ParameterizationState) {
        self.places = places
        self.seeds = seeds
        self.parameterization = parameterization
    }
}

/// A step of a batch of pictures: draws and transforms them, runs the model, evaluates the objectives, and computes the
/// gradient of the parameters that the pictures are drawn from.
///
/// It owns the executor and the memory of one batch, which the batches of a sheet use in turn. A picture can go through the
/// model several times in one step, each time with other transforms: its copies are adjacent in the executor's batch.
package final class RenderStep {
    private let executor: any Executor
    private let objectives: SheetObjectives
    /// The size of the pictures, and that of the model's input.
    private let size: PixelSize
    private let input: PixelSize
    /// The number of times that each picture goes through the model in one step.
    private let copies: Int
    /// The distribution of the pictures over the threads.
    private let lanes: PictureLanes
    /// The transforms of every copy.
    private let chain: TransformChain
    /// The part of each copy that the model sees; empty if it sees all of the picture.
    private var windows: [Window]
    /// The resampling from the pictures' size to the model's, for each lane.
    private let fits: [Fit]
    /// ∂objective/∂picture of one copy, `[3, height, width]` for each lane.
    private let pictureGradients: [FloatBuffer]
    /// The mean of the gradients over the copies, for each lane; empty for one copy.
    private let meanGradients: [FloatBuffer]
    /// The drawn pictures, `[batch, 3, height, width]`.
    private let pictures: FloatBuffer
    private let normalization: Normalization
    /// The normalization while the picture is optimized, which a procedure can skip.
    private let stepNormalization: Normalization
    /// Adds up how much each pixel matters; nil if no one asks.
    var gradientSums: GradientSums?

    /// Creates a step of a stage's procedure for up to `batch` pictures at a time.
    ///
    /// - Throws: ``EngineError`` `.tooLarge` if the memory does not suffice; errors of the subject.
    package init(
        _ stage: RenderStage, subject: any RenderSubject, objectives: SheetObjectives, batch: Int
    ) throws(EngineError) {
        let (size, input, procedure) = (stage.size, subject.inputSize, stage.procedure)
        let entries = batch * procedure.copies
        let subject = subject.scalingBranchGradients(by: procedure.branchGradient)
        executor = try subject.makeExecutor(layers: objectives.layers, batch: entries, gradient: true)
        self.objectives = objectives
        self.size = size
        self.input = input
        copies = procedure.copies
        normalization = subject.normalization
        stepNormalization = procedure.skipsNormalization ? .none : subject.normalization
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

    /// Computes the objectives on the transformed pictures and the gradient of their parameters.
    ///
    /// - Parameters:
    ///   - step: the step of the whole render, for the random numbers.
    ///   - progress: 0 at the stage's first step, 1 at its last.
    /// - Returns: the objectives' values; nil if one of them or of the gradients is not finite.
    /// - Throws: ``EngineError`` `.cancelled`; errors of the executor.
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

    /// Runs the model on the transformed pictures, and summarizes them for the pictures that are compared with them.
    ///
    /// If objectives compare pictures of several batches, all are surveyed before the gradient of one is computed.
    func survey(
        _ batch: DrawnPictures, step: Int, progress: Float, cancellation: Cancellation?
    ) throws(EngineError) {
        for (index, seed) in batch.seeds.enumerated() { prepare(index, seed: seed, step: step, progress: progress) }
        executor.writeInput { input in
            lanes.forEach(of: batch.places.count) { index, lane, team in
                batch.parameterization.draw(index, into: picture(index), lane: lane, team)
                presentTransformed(index, in: input, lane: lane, team)
            }
        }
        try executor.forward(cancellation: cancellation)
        objectives.summarize(batch.places, on: executor)
    }

    /// Returns the objectives' values on the images at some places of the sheet, without transforms.
    package func activations(of images: [Image], at places: Range<Int>) throws(EngineError) -> [Float] {
        try survey(images, at: places)
        return places.enumerated().map { index, place in
            objectives.evaluate(place, on: executor, index: entries(index).lowerBound, seedsGradient: false)
                + objectives.evaluate(place, picture: picture(index), size: size)
        }
    }

    /// Runs the model on the images at some places of the sheet, without transforms, and summarizes them for the pictures that
    /// are compared with them.
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

    /// Returns the drawn pictures, neither rounded nor clamped to 0…1: `[3, height, width]` each, valid until the next call.
    func draw(_ batch: DrawnPictures) -> [UnsafeBufferPointer<Float>] {
        (0..<batch.places.count).map { index in
            batch.parameterization.draw(index, into: picture(index), lane: 0)
            return UnsafeBufferPointer(start: picture(index), count: pictureCount)
        }
    }

    /// The number of floats in a picture.
    private var pictureCount: Int { 3 * size.area }

    /// Returns the memory of a picture of the batch, `[3, height, width]`.
    private func picture(_ index: Int) -> UnsafeMutablePointer<Float> { pictures.pointer + index * pictureCount }

    /// Returns the indexes of a picture's copies in the executor's batch. Without transforms, the picture uses the first.
    private func entries(_ index: Int) -> Range<Int> { index * copies..<(index + 1) * copies }

    /// Draws a step's random numbers for one picture from its own source.
    private func prepare(_ index: Int, seed: UInt64, step: Int, progress: Float) {
        for (copy, entry) in entries(index).enumerated() {
            var random = RandomSource(seed: seed, stream: UInt64(step) | UInt64(copy) << 32)
            if !windows.isEmpty { windows[entry].move(&random) }
            chain.prepare(entry, random: &random, progress: progress)
        }
    }

    /// Writes a picture to the model's input, without transforms.
    private func present(_ index: Int, in batch: UnsafeMutableBufferPointer<Float>) {
        let entry = entries(index).lowerBound
        fits[0].forward(input: picture(index), output: chain.planes(entry), .alone)
        normalization.apply(chain.planes(entry), to: place(entry, in: batch), plane: input.area, .alone)
    }

    /// Writes a picture's transformed copies to the model's input.
    private func presentTransformed(
        _ index: Int, in batch: UnsafeMutableBufferPointer<Float>, lane: Int, _ team: ThreadTeam
    ) {
        for entry in entries(index) {
            if windows.isEmpty {
                fits[lane].forward(input: picture(index), output: chain.planes(entry), team)
            } else {
                windows[entry].forward(input: picture(index), output: chain.planes(entry), team)
            }
            chain.forward(entry, team) { planes in
                stepNormalization.apply(planes, to: place(entry, in: batch), plane: input.area, team)
            }
        }
    }

    private func place(
        _ entry: Int, in batch: UnsafeMutableBufferPointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        guard let first = batch.baseAddress else { preconditionFailure("an executor has an input") }
        return first + entry * 3 * input.area
    }

    /// Computes the gradient of the pictures' parameters from that of the model's input.
    private func pullBack(_ batch: DrawnPictures) {
        executor.readInputGradient { inputGradient in
            lanes.forEach(of: batch.places.count) { index, lane, team in
                let gradient = pictureGradient(index, of: inputGradient, lane: lane, team)
                gradientSums?.add(gradient, picture: batch.places.lowerBound + index, team)
                objectives.addGradient(
                    batch.places.lowerBound + index, picture: picture(index), size: size, to: gradient)
                batch.parameterization.pullBack(
                    index, picture: picture(index), pictureGradient: gradient, lane: lane, team)
            }
        }
    }

    /// Computes the gradient of a picture: the mean over its copies.
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
            stepNormalization.gradient(gradient + entry * 3 * input.area, to: $0, plane: input.area, team)
        }
        if windows.isEmpty {
            fits[lane].gradient(outputGradient: chain.planes(entry), inputGradient: pictureGradient, team)
        } else {
            windows[entry].gradient(outputGradient: chain.planes(entry), inputGradient: pictureGradient, team)
        }
    }
}
