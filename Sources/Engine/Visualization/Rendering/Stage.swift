/// What all groups of pictures use in turn: the model, the transforms, and memory for one batch.
package final class Stage {
    /// Runs the model.
    let executor: any Executor
    /// What disturbs pictures.
    let chain: TransformChain
    /// The pictures' size.
    let size: PixelSize
    /// What the model sees of each picture, where that is not all of it.
    private var windows: [Window]
    /// From the pictures' size to the model's, for each lane.
    private let fits: [Fit]
    /// ∂objective/∂picture, `[3, height, width]` for each lane.
    private let pictureGradients: [FloatBuffer]
    private let pictures: FloatBuffer
    private let normalisation: Normalisation
    private let input: PixelSize

    /// A stage for `batch` pictures.
    package init(
        recipe: Recipe, subject: any RenderSubject, executor: any Executor, batch: Int
    ) {
        self.executor = executor
        let size = PixelSize(width: recipe.width, height: recipe.height)
        let input = subject.inputSize
        self.size = size
        self.input = input
        normalisation = subject.normalisation
        let seesWindow = recipe.procedure.sight == .window && size != input
        windows = seesWindow ? (0..<batch).map { _ in Window(of: size, size: input) } : []
        let lanes = 0..<PictureLanes.count(pictures: batch)
        fits = lanes.map { _ in Fit(from: size, to: input) }
        pictureGradients = lanes.map { _ in FloatBuffer(count: 3 * size.area) }
        chain = TransformChain(recipe.procedure.transforms, size: input, pictures: batch)
        pictures = FloatBuffer(count: batch * 3 * size.area)
    }

    /// How many floats a picture holds.
    var pictureCount: Int { 3 * size.area }

    /// A picture of the batch, `[3, height, width]`.
    func picture(_ index: Int) -> UnsafeMutablePointer<Float> { pictures.pointer + index * pictureCount }

    /// Draws a step's random numbers for one picture, from nothing but its own source.
    func prepare(_ index: Int, random: inout RandomSource, progress: Float) {
        if !windows.isEmpty { windows[index].move(&random) }
        chain.prepare(index, random: &random, progress: progress)
    }

    /// Puts a picture into the model's input, through the transforms or as it is.
    ///
    /// Does a member's part; the picture must be complete.
    func present(_ index: Int, disturbed: Bool, lane: Int, _ member: TeamMember) {
        if disturbed, !windows.isEmpty {
            windows[index].forward(input: picture(index), output: chain.planes(index), member)
        } else {
            fits[lane].forward(input: picture(index), output: chain.planes(index), member)
        }
        member.meet()
        let finish = { (planes: UnsafePointer<Float>) in
            self.normalisation.apply(planes, to: self.modelInput(index), plane: self.input.area, member)
        }
        if disturbed { chain.forward(index, member, finish: finish) } else { finish(chain.planes(index)) }
    }

    /// Brings the gradient of the model's input back to the picture.
    ///
    /// Does a member's part, and lets all meet.
    ///
    /// - Returns: `[3, height, width]`, which the lane's next call overwrites.
    func pullBack(_ index: Int, lane: Int, _ member: TeamMember) -> UnsafeMutablePointer<Float> {
        guard let gradient = executor.inputGradient.baseAddress else {
            preconditionFailure("an executor that was made with a gradient has one")
        }
        chain.gradient(index, member) {
            normalisation.gradient(gradient + index * 3 * input.area, to: $0, plane: input.area, member)
        }
        let pictureGradient = pictureGradients[lane].pointer
        if windows.isEmpty {
            fits[lane].gradient(outputGradient: chain.planes(index), inputGradient: pictureGradient, member)
        } else {
            windows[index].gradient(
                outputGradient: chain.planes(index), inputGradient: pictureGradient, member)
        }
        member.meet()
        return pictureGradient
    }

    private func modelInput(_ index: Int) -> UnsafeMutablePointer<Float> {
        guard let first = executor.input.baseAddress else {
            preconditionFailure("an executor has an input")
        }
        return first + index * 3 * input.area
    }
}
