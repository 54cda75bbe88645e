/// An operation as the processor's cores compute it, with the gradient with respect to its inputs.
///
/// A kernel returns its work in parts, which a team's threads do one by one; each piece of work begins when the one before it
/// is done.
package protocol CPUKernel: TensorOperation {
    /// The forward buffers that the input gradient reads; the others can be reused earlier.
    var gradientReads: GradientReads { get }

    /// Returns the number of floats for each picture that ``forward(_:)`` saves for ``inputGradient(_:)``.
    func savedCount(_ inputs: [Shape]) -> Int

    /// Returns the number of floats for each picture that the forward pass needs while it runs.
    func scratchCount(_ inputs: [Shape]) -> Int

    /// Returns the number of floats for each picture that the input gradient needs while it runs.
    func gradientScratchCount(_ inputs: [Shape]) -> Int

    /// Returns the number of floats that a packed copy of the weights takes for `batch` pictures; 0 if they are not packed.
    func packedCount(_ inputs: [Shape], batch: Int) -> Int

    /// Packs the weights, unless they are packed already.
    ///
    /// Called before the first forward pass if ``packedCount(_:batch:)`` is not 0.
    func pack(_ team: ThreadTeam)

    /// Returns the work that computes `frame.output`.
    func forward(_ frame: ForwardFrame) -> [TeamWork]

    /// Returns the work that computes `frame.inputGradients` from `frame.outputGradient`, adding to those that accumulate.
    func inputGradient(_ frame: GradientFrame) -> [TeamWork]
}

extension CPUKernel {
    package var gradientReads: GradientReads { [] }
    package func savedCount(_ inputs: [Shape]) -> Int { 0 }
    package func scratchCount(_ inputs: [Shape]) -> Int { 0 }
    package func gradientScratchCount(_ inputs: [Shape]) -> Int { 0 }
    package func packedCount(_ inputs: [Shape], batch: Int) -> Int { 0 }
    package func pack(_ team: ThreadTeam) {}
}

/// The forward buffers that an input gradient reads besides what was saved.
package struct GradientReads: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// The operation's inputs.
    package static let inputs = GradientReads(rawValue: 1)
    /// The operation's output.
    package static let output = GradientReads(rawValue: 2)
}

/// The buffers of one forward call.
package struct ForwardFrame {
    /// The number of pictures that every buffer holds.
    package var batch: Int
    /// The shape of each input for one picture.
    package var shapes: [Shape]
    /// `[batch] + shapes[i]` each.
    package var inputs: [UnsafePointer<Float>]
    /// `[batch] + outputShape`.
    package var output: UnsafeMutablePointer<Float>
    /// `[batch, savedCount]`; nil if no gradient is wanted.
    package var saved: UnsafeMutablePointer<Float>?
    /// `[batch, scratchCount]`; not to be accessed if that is 0.
    package var scratch: UnsafeMutablePointer<Float>
    /// The number of threads that products are cut for.
    package var threads: Int

    package init(
        batch: Int, shapes: [Shape], inputs: [UnsafePointer<Float>], output: UnsafeMutablePointer<Float>,
        saved: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>, threads: Int
    ) {
        self.threads = threads
        self.batch = batch
        self.shapes = shapes
        self.inputs = inputs
        self.output = output
        self.saved = saved
        self.scratch = scratch
    }
}

/// The buffers of one input gradient.
package struct GradientFrame {
    /// The number of pictures that every buffer holds.
    package var batch: Int
    /// The shape of each input for one picture.
    package var shapes: [Shape]
    /// The forward inputs; readable only if `gradientReads` has `.inputs`.
    package var inputs: [UnsafePointer<Float>]
    /// The forward output; readable only if `gradientReads` has `.output`.
    package var output: UnsafePointer<Float>
    /// `[batch, savedCount]`, as the forward pass saved it.
    package var saved: UnsafePointer<Float>
    /// `[batch, gradientScratchCount]`; not to be accessed if that is 0.
    package var scratch: UnsafeMutablePointer<Float>
    /// ∂objective/∂output, complete.
    package var outputGradient: UnsafePointer<Float>
    /// ∂objective/∂input, one for each input.
    package var inputGradients: [InputGradient]
    /// The number of threads that products are cut for.
    package var threads: Int

    package init(
        batch: Int, shapes: [Shape], inputs: [UnsafePointer<Float>], output: UnsafePointer<Float>,
        saved: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>,
        outputGradient: UnsafePointer<Float>, inputGradients: [InputGradient], threads: Int
    ) {
        self.threads = threads
        self.batch = batch
        self.shapes = shapes
        self.inputs = inputs
        self.output = output
        self.saved = saved
        self.scratch = scratch
        self.outputGradient = outputGradient
        self.inputGradients = inputGradients
    }
}

/// The memory of an input's gradient.
package struct InputGradient {
    /// `[batch] + shape` of the input.
    package var values: UnsafeMutablePointer<Float>
    /// Whether the gradient is added to that of another use of the same input, which is already there.
    package var accumulates: Bool

    package init(values: UnsafeMutablePointer<Float>, accumulates: Bool) {
        self.values = values
        self.accumulates = accumulates
    }
}
