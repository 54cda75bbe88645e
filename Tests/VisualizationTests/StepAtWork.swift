import Images
import TestSubjects
import TestSupport
import Testing
import Visualization

/// All pictures of a recipe's first stage together, as a renderer computes them.
struct StepAtWork {
    let group: PictureGroup
    private let path: PicturePath
    private let pictures: Int

    init(_ recipe: Recipe, _ subject: LinearSubject = LinearSubject()) throws {
        let (stage, sheet) = (recipe.stages[0], try ObjectiveTests.sheet(recipe.objectives, subject))
        pictures = recipe.objectives.count
        let executor = try subject.makeExecutor(
            layers: sheet.layers, batch: pictures * (stage.procedure.copies ?? 1), gradient: true)
        path = PicturePath(stage, subject: subject, executor: executor, batch: pictures)
        group = PictureGroup(
            0..<pictures, stage: stage, seeds: recipe.seeds, objectives: sheet, team: subject.host.team)
    }

    /// The objectives' values at a step, with the gradient computed.
    func values(step: Int) throws -> [Float] {
        try #require(try group.computeGradient(step: step, progress: 0.5, path: path, cancellation: nil))
    }

    /// The objectives' values on pictures, undisturbed.
    func activations(of images: [Image]) throws -> [Float] { try group.activations(of: images, path: path) }

    /// Expects ∂objective/∂parameters, from a start of normal numbers, to agree with differences.
    ///
    /// - Parameters:
    ///   - stride: which parameters are looked at: every so many.
    ///   - length: how far each is moved to either side.
    ///   - floor: gradients are compared with the largest, or with this where that is smaller.
    func expectGradientAgreesWithDifferences(
        stride step: Int = 3, length: Float = 1e-2, floor: Float = 0
    ) throws {
        let parameters = group.parameterization.parameters
        parameters.fill(normals(parameters.count, seed: 3).map { $0 / 4 })
        _ = try values(step: 2)
        let gradient = group.parameterization.gradient.values
        let largest = gradient.reduce(Float(0)) { max($0, abs($1)) }
        for place in Swift.stride(from: 0, to: parameters.count, by: step) {
            let before = parameters.pointer[place]
            parameters.pointer[place] = before + length
            let up = try values(step: 2)
            parameters.pointer[place] = before - length
            let down = try values(step: 2)
            parameters.pointer[place] = before
            let picture = place * pictures / parameters.count
            #expect(
                abs((up[picture] - down[picture]) / (2 * length) - gradient[place]) < 0.01 * max(largest, floor))
        }
    }
}
