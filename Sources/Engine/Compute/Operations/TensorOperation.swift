import Platform

/// One step of a model: a function of one or two tensors, independent of the device that computes it.
///
/// Weights are frozen, so an operation never computes a gradient for them. Shapes are those of one picture; the batch is an
/// extra first axis of every buffer. The processor's cores compute it by its ``CPUKernel``.
package protocol TensorOperation: Sendable {
    /// The operation, with its weights and options.
    var descriptor: OperationDescriptor { get }

    /// Returns the shape of one picture's output.
    ///
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)`` if `inputs` do not fit.
    func outputShape(_ inputs: [Shape]) throws(EngineError) -> Shape

    /// Returns the number of floating-point operations of a forward pass for one picture; a multiply-add counts as two.
    func operationCount(_ inputs: [Shape]) -> Int

    /// Returns the number of floating-point operations of the input gradient for one picture.
    func gradientOperationCount(_ inputs: [Shape]) -> Int

    /// The names of the stored properties that are not in use, and that the operation once did not have.
    ///
    /// They are left out of a model's hash, so that pictures which were stored before keep their keys.
    var unusedProperties: Set<String> { get }
}

extension TensorOperation {
    package func gradientOperationCount(_ inputs: [Shape]) -> Int { operationCount(inputs) }
    package var unusedProperties: Set<String> { [] }
}
