import Images
import TestSubjects
import TestSupport
import Testing
import Visualization

/// All pictures of a recipe's first stage together, as a renderer computes them.
struct StepAtWork {
    private let step: RenderStep
    private let pictures: DrawnPictures

    init(_ recipe: Recipe, _ subject: LinearSubject = LinearSubject()) throws {
        let (stage, sheet) = (recipe.stages[0], try ObjectiveTests.sheet(recipe.objectives, subject))
        step = try RenderStep(stage, subject: subject, objectives: sheet, batch: recipe.objectives.count)
        pictures = DrawnPictures(
            0..<recipe.objectives.count, seeds: recipe.seeds,
            parameterization: stage.procedure.parameterization.makeState(
                seeds: recipe.seeds, width: stage.width, height: stage.height, lanes: PictureLanes(subject.host.team)))
    }

    /// What the pictures are drawn from.
    var parameters: FloatBuffer { pictures.parameterization.parameters }

    /// ∂objective/∂``parameters`` after ``values(step:)``.
    var gradient: [Float] { pictures.parameterization.gradient.values }

    /// The objectives' values at a step, with the gradient computed.
    func values(step number: Int) throws -> [Float] {
        try #require(try step.computeGradient(of: pictures, step: number, progress: 0.5, cancellation: nil))
    }

    /// The objectives' values on pictures, undisturbed.
    func activations(of images: [Image]) throws -> [Float] {
        try step.activations(of: images, at: pictures.places)
    }

    /// Expects ∂objective/∂parameters, from a start of normal numbers, to agree with differences.
    ///
    /// - Parameters:
    ///   - stride: which parameters are looked at: every so many.
    ///   - length: how far each is moved to either side.
    ///   - floor: gradients are compared with the largest, or with this where that is smaller.
    func expectGradientAgreesWithDifferences(
        stride step: Int = 3, length: Float = 1e-2, floor: Float = 0
    ) throws {
        parameters.fill(normals(parameters.count, seed: 3).map { $0 / 4 })
        _ = try values(step: 2)
        let gradient = gradient
        let largest = gradient.reduce(Float(0)) { max($0, abs($1)) }
        for place in Swift.stride(from: 0, to: parameters.count, by: step) {
            let before = parameters.pointer[place]
            parameters.pointer[place] = before + length
            let up = try values(step: 2)
            parameters.pointer[place] = before - length
            let down = try values(step: 2)
            parameters.pointer[place] = before
            let picture = place * pictures.places.count / parameters.count
            #expect(
                abs((up[picture] - down[picture]) / (2 * length) - gradient[place]) < 0.01 * max(largest, floor))
        }
    }
}
