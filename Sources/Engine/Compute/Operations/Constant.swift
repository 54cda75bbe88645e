import Platform

/// Values that do not depend on the input, the same for every picture: those that a computation starts from in its middle.
///
///     y = values
///
/// It has no input, and so no gradient.
package struct Constant: CPUKernel {
    let values: Parameter

    /// Creates an operation that returns `values`.
    package init(_ values: Parameter) { self.values = values }

    package var descriptor: OperationDescriptor { .constant(values) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape { values.shape }

    package func operationCount(_ shapes: [Shape]) -> Int { 0 }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        [
            TeamWork(of: frame.batch) { [values] part in
                for picture in part {
                    (frame.output + picture * values.count).update(from: values.values, count: values.count)
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] { [] }
}
