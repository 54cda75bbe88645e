import TestSupport
import Testing
import Visualization

/// Expects ∂objective/∂parameters of a group's pictures, from a start of normal numbers, to agree with differences.
///
/// - Parameters:
///   - pictures: how many the group has.
///   - stride: which parameters are looked at: every so many.
///   - length: how far each is moved to either side.
///   - floor: gradients are compared with the largest, or with this where that is smaller.
func expectGradientAgreesWithDifferences(
    of group: PictureGroup, pictures: Int, _ path: PicturePath, stride step: Int = 3, length: Float = 1e-2,
    floor: Float = 0
) throws {
    let parameters = group.parameterization.parameters
    parameters.fill(normals(parameters.count, seed: 3).map { $0 / 4 })
    func values() throws -> [Float] {
        try #require(try group.computeGradient(step: 2, progress: 0.5, path: path, cancellation: nil))
    }
    _ = try values()
    let gradient = group.parameterization.gradient.values
    let largest = gradient.reduce(Float(0)) { max($0, abs($1)) }
    for place in Swift.stride(from: 0, to: parameters.count, by: step) {
        let before = parameters.pointer[place]
        parameters.pointer[place] = before + length
        let up = try values()
        parameters.pointer[place] = before - length
        let down = try values()
        parameters.pointer[place] = before
        let picture = place * pictures / parameters.count
        #expect(
            abs((up[picture] - down[picture]) / (2 * length) - gradient[place]) < 0.01 * max(largest, floor))
    }
}
