import Platform

/// One step of a model: a function of one or two tensors, on whatever device computes it.
///
/// Weights are frozen, so an operation never computes a gradient for them. Shapes are those of one picture; the batch is an
/// extra first axis of every buffer. How the processor's cores compute it is its ``CPUKernel``.
package protocol TensorOperation: Sendable {
    /// What it computes, with its weights and choices.
    var descriptor: OperationDescriptor { get }

    /// The shape of one picture's output.
    ///
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)`` when `inputs` do not fit.
    func outputShape(_ inputs: [Shape]) throws(EngineError) -> Shape

    /// Floating-point operations for one picture, forward; a multiplication with addition is two.
    func operationCount(_ inputs: [Shape]) -> Int

    /// The same for the input gradient.
    func gradientOperationCount(_ inputs: [Shape]) -> Int
}

extension TensorOperation {
    package func gradientOperationCount(_ inputs: [Shape]) -> Int { operationCount(inputs) }
}
