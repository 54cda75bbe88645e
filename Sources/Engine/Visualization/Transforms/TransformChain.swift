import Compute
import Images

/// The transforms of a render, applied one after the other, for a batch of pictures of the model's size.
package final class TransformChain {
    private let stages: [any TransformStage]
    private let count: Int
    /// `[pictures, 3, height, width]`; stages read one and write the other.
    private let first: FloatBuffer
    private let second: FloatBuffer

    /// Creates the stages of `transforms`, with memory for `pictures` pictures.
    package init(_ transforms: [Transform], size: PixelSize, pictures: Int) {
        stages = Transform.stages(transforms, size: size, pictures: pictures)
        count = 3 * size.area
        first = FloatBuffer(count: pictures * count)
        second = FloatBuffer(count: pictures * count)
    }

    /// Returns the memory of a picture before the transforms, which holds its gradient after ``gradient(_:_:start:)``.
    package func planes(_ index: Int) -> UnsafeMutablePointer<Float> { first.pointer + index * count }

    /// Draws a step's random numbers for one picture from its own source.
    package func prepare(_ index: Int, random: inout RandomSource, progress: Float) {
        for stage in stages { stage.prepare(index, random: &random, progress: progress) }
    }

    /// Applies all stages to the picture in ``planes(_:)``.
    ///
    /// - Parameter finish: receives the result, which is valid during the call.
    package func forward(
        _ index: Int, _ team: ThreadTeam = .alone, finish: (UnsafePointer<Float>) -> Void
    ) {
        var (from, to) = (planes(index), second.pointer + index * count)
        for stage in stages {
            stage.forward(index, input: from, output: to, team)
            swap(&from, &to)
        }
        finish(from)
    }

    /// Computes the gradient with respect to the picture in ``planes(_:)``, and writes it there.
    ///
    /// - Parameter start: writes the gradient of the result to the address that it is given.
    package func gradient(
        _ index: Int, _ team: ThreadTeam = .alone, start: (UnsafeMutablePointer<Float>) -> Void
    ) {
        let (one, other) = (planes(index), second.pointer + index * count)
        // The result of an even number of stages is in the first buffer, that of an odd number in the other one.
        var (from, to) = stages.count.isMultiple(of: 2) ? (one, other) : (other, one)
        start(from)
        for stage in stages.reversed() {
            stage.gradient(index, outputGradient: from, inputGradient: to, team)
            swap(&from, &to)
        }
    }
}
