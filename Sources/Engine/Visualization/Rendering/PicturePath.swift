import Compute
import Images
import Platform

/// The way of pictures to the model and of its gradient back, with the memory for one batch.
///
/// All groups of pictures take it in turn. A picture can go several times in one step, each time disturbed on its own:
/// its copies stand beside each other in the executor's batch.
package final class PicturePath {
    /// Runs the model.
    let executor: any Executor
    /// The pictures' size.
    let size: PixelSize
    /// How often each picture goes through the model in one step.
    let copies: Int
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
    private let pictures: FloatBuffer
    private let normalization: Normalization
    /// What the model is shown while the picture is sought.
    private let soughtNormalization: Normalization
    private let input: PixelSize

    /// A path for `batch` pictures of a stage.
    package init(_ stage: RenderStage, subject: any RenderSubject, executor: any Executor, batch: Int) {
        self.executor = executor
        let (size, input, procedure) = (stage.size, subject.inputSize, stage.procedure)
        self.size = size
        self.input = input
        copies = procedure.copies
        normalization = subject.normalization
        soughtNormalization = procedure.skipsNormalization ? .none : subject.normalization
        let entries = batch * copies
        let seesWindow = procedure.sight == .window && size != input
        windows = seesWindow ? (0..<entries).map { _ in Window(of: size, size: input) } : []
        let lanes = 0..<PictureLanes.count(pictures: batch)
        fits = lanes.map { _ in Fit(from: size, to: input) }
        pictureGradients = lanes.map { _ in FloatBuffer(count: 3 * size.area) }
        meanGradients = copies > 1 ? lanes.map { _ in FloatBuffer(count: 3 * size.area) } : []
        chain = TransformChain(procedure.transforms, size: input, pictures: entries)
        pictures = FloatBuffer(count: batch * 3 * size.area)
    }

    /// How many floats a picture holds.
    var pictureCount: Int { 3 * size.area }

    /// A picture of the batch, `[3, height, width]`.
    func picture(_ index: Int) -> UnsafeMutablePointer<Float> { pictures.pointer + index * pictureCount }

    /// Where the copies of a picture of the batch are in the executor's batch. Undisturbed, it is the first.
    func entries(_ index: Int) -> Range<Int> { index * copies..<(index + 1) * copies }

    /// Draws a step's random numbers for one picture, from nothing but its own source.
    func prepare(_ index: Int, seed: UInt64, step: Int, progress: Float) {
        for (copy, entry) in entries(index).enumerated() {
            var random = RandomSource(seed: seed, stream: UInt64(step) | UInt64(copy) << 32)
            if !windows.isEmpty { windows[entry].move(&random) }
            chain.prepare(entry, random: &random, progress: progress)
        }
    }

    /// Puts a picture into the model's input as it is.
    func present(_ index: Int) {
        let entry = entries(index).lowerBound
        fits[0].forward(input: picture(index), output: chain.planes(entry), .alone)
        normalization.apply(chain.planes(entry), to: modelInput(entry), plane: input.area, .alone)
    }

    /// Puts a picture's copies into the model's input, through the transforms.
    ///
    func presentDisturbed(_ index: Int, lane: Int, _ team: ThreadTeam) {
        for entry in entries(index) {
            if windows.isEmpty {
                fits[lane].forward(input: picture(index), output: chain.planes(entry), team)
            } else {
                windows[entry].forward(input: picture(index), output: chain.planes(entry), team)
            }
            chain.forward(entry, team) { planes in
                soughtNormalization.apply(planes, to: modelInput(entry), plane: input.area, team)
            }
        }
    }

    /// Brings the gradient of the model's input back to the picture: the mean over its copies.
    ///
    /// - Returns: `[3, height, width]`, which the lane's next call overwrites.
    func pullBack(_ index: Int, lane: Int, _ team: ThreadTeam) -> UnsafeMutablePointer<Float> {
        let gradient = pictureGradients[lane].pointer
        guard copies > 1 else {
            pullBack(entry: index, into: gradient, lane: lane, team)
            return gradient
        }
        let mean = meanGradients[lane].pointer
        team.forEach(ofElements: pictureCount) { zero(mean, $0) }
        let share = 1 / Float(copies)
        for entry in entries(index) {
            pullBack(entry: entry, into: gradient, lane: lane, team)
            team.forEach(ofElements: pictureCount) { part in
                for place in part { mean[place] += share * gradient[place] }
            }
        }
        return mean
    }

    private func pullBack(
        entry: Int, into pictureGradient: UnsafeMutablePointer<Float>, lane: Int, _ team: ThreadTeam
    ) {
        guard let gradient = executor.inputGradient.baseAddress else {
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

    private func modelInput(_ entry: Int) -> UnsafeMutablePointer<Float> {
        guard let first = executor.input.baseAddress else {
            preconditionFailure("an executor has an input")
        }
        return first + entry * 3 * input.area
    }
}
