/// What all groups of pictures use in turn: the model, the transforms, and memory for one batch.
package final class Stage {
    /// Runs the model.
    let executor: any Executor
    /// From the picture's size to the model's.
    let fit: Fit
    /// What disturbs pictures.
    let chain: TransformChain
    /// The pictures' size.
    let size: PixelSize
    /// ∂objective/∂picture of one picture, `[3, height, width]`.
    let pictureGradient: UnsafeMutablePointer<Float>
    private let gradientBuffer: FloatBuffer
    private let pictures: FloatBuffer
    private let normalisation: Normalisation
    private let input: PixelSize

    /// A stage for `batch` pictures.
    package init(
        recipe: Recipe, subject: any RenderSubject, executor: any Executor, batch: Int
    ) {
        self.executor = executor
        size = PixelSize(width: recipe.width, height: recipe.height)
        input = subject.inputSize
        normalisation = subject.normalisation
        fit = Fit(from: size, to: input)
        chain = TransformChain(recipe.procedure.transforms, size: input, pictures: batch)
        pictures = FloatBuffer(count: batch * 3 * size.area)
        gradientBuffer = FloatBuffer(count: 3 * size.area)
        pictureGradient = gradientBuffer.pointer
    }

    /// How many floats a picture holds.
    var pictureCount: Int { 3 * size.area }

    /// A picture of the batch, `[3, height, width]`.
    func picture(_ index: Int) -> UnsafeMutablePointer<Float> { pictures.pointer + index * pictureCount }

    /// Sends a fitted picture through the transforms into the model's input.
    func disturb(_ index: Int) {
        chain.forward(index) { normalisation.apply($0, to: modelInput(index), plane: input.area) }
    }

    /// Puts a picture into the model's input, through the transforms or as it is.
    func present(_ index: Int, disturbed: Bool) {
        fit.forward(input: picture(index), output: chain.planes(index))
        if disturbed { return disturb(index) }
        normalisation.apply(chain.planes(index), to: modelInput(index), plane: input.area)
    }

    /// Brings the gradient of the model's input back to the fitted picture's.
    func pullBack(_ index: Int) {
        guard let gradient = executor.inputGradient.baseAddress else { return }
        chain.gradient(index) {
            normalisation.gradient(gradient + index * 3 * input.area, to: $0, plane: input.area)
        }
    }

    private func modelInput(_ index: Int) -> UnsafeMutablePointer<Float> {
        guard let first = executor.input.baseAddress else {
            preconditionFailure("an executor has an input")
        }
        return first + index * 3 * input.area
    }
}
