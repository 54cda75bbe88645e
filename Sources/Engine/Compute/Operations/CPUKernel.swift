/// How the processor's cores compute an operation and the gradient with respect to its inputs.
///
/// It says which work it consists of, in parts that a team's threads do one by one; each piece of work begins when the one
/// before is done.
package protocol CPUKernel: TensorOperation {
    /// Which forward buffers the input gradient reads, so that the others can be reused earlier.
    var gradientReads: GradientReads { get }

    /// How many floats for each picture ``forward(_:)`` leaves for ``inputGradient(_:)``.
    func savedCount(_ inputs: [Shape]) -> Int

    /// How many floats for each picture the forward pass needs while it runs.
    func scratchCount(_ inputs: [Shape]) -> Int

    /// How many floats for each picture the input gradient needs while it runs.
    func gradientScratchCount(_ inputs: [Shape]) -> Int

    /// How many floats its weights take once more, packed for `batch` pictures; 0 where they are used as they lie.
    func packedCount(_ inputs: [Shape], batch: Int) -> Int

    /// Packs the weights, unless that was done before.
    ///
    /// Called before the first forward pass where ``packedCount(_:batch:)`` is not 0.
    func pack(_ team: ThreadTeam)

    /// What computes `frame.output`.
    func forward(_ frame: ForwardFrame) -> [TeamWork]

    /// What computes `frame.inputGradients` from `frame.outputGradient`, adding where the frame says so.
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

/// Which forward buffers an input gradient reads besides what was saved.
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
    /// How many pictures every buffer holds.
    package var batch: Int
    /// One picture's shape of each input.
    package var shapes: [Shape]
    /// `[batch] + shapes[i]` each.
    package var inputs: [UnsafePointer<Float>]
    /// `[batch] + outputShape`.
    package var output: UnsafeMutablePointer<Float>
    /// `[batch, savedCount]`; nil when no gradient is wanted.
    package var saved: UnsafeMutablePointer<Float>?
    /// `[batch, scratchCount]`; not to be touched when that is 0.
    package var scratch: UnsafeMutablePointer<Float>
    /// For how many threads products are cut.
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
    /// How many pictures every buffer holds.
    package var batch: Int
    /// One picture's shape of each input.
    package var shapes: [Shape]
    /// The forward inputs; readable only when `gradientReads` has `.inputs`.
    package var inputs: [UnsafePointer<Float>]
    /// The forward output; readable only when `gradientReads` has `.output`.
    package var output: UnsafePointer<Float>
    /// What forward saved.
    package var saved: UnsafePointer<Float>
    /// `[batch, gradientScratchCount]`; not to be touched when that is 0.
    package var scratch: UnsafeMutablePointer<Float>
    /// ∂objective/∂output, complete.
    package var outputGradient: UnsafePointer<Float>
    /// ∂objective/∂input, one for each input.
    package var inputGradients: [InputGradient]
    /// For how many threads products are cut.
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

/// Where an input's gradient goes.
package struct InputGradient {
    /// `[batch] + shape` of the input.
    package var values: UnsafeMutablePointer<Float>
    /// Whether another use of the same input has already left its gradient there.
    package var accumulates: Bool

    package init(values: UnsafeMutablePointer<Float>, accumulates: Bool) {
        self.values = values
        self.accumulates = accumulates
    }
}
