import Platform

/// A function of one number, such as a GELU, and its derivative.
package protocol ElementFunction: Sendable {
    /// The function's name.
    static var name: ElementFunctionName { get }

    /// The number of floating-point operations for one number.
    static var operationCount: Int { get }

    /// Returns the function's value and derivative in each lane.
    @inline(__always)
    static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes)

    /// Writes the function of a part of `x` to `y`, and its derivative unless that is nil.
    ///
    /// A requirement of the protocol, so that each function gets a specialized loop: a call for every eight numbers would
    /// take longer than the function.
    static func apply(
        to x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, derivative: UnsafeMutablePointer<Float>?,
        _ part: Range<Int>)
}

extension ElementFunction {
    @inline(__always)
    package static func apply(
        to x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, derivative: UnsafeMutablePointer<Float>?,
        _ part: Range<Int>
    ) {
        var index = part.lowerBound
        while index + 8 <= part.upperBound {
            let result = valueAndDerivative(x.lanes(index))
            y.store(result.value, index)
            derivative?.store(result.derivative, index)
            index += 8
        }
        let rest = part.upperBound - index
        guard rest > 0 else { return }
        let result = valueAndDerivative(x.lanes(index, first: rest))
        y.store(result.value, index, first: rest)
        derivative?.store(result.derivative, index, first: rest)
    }
}

/// A function applied to each element.
///
///     y = f(x)          ∂x = ∂y · f′(x)
///
/// Value and derivative share most of their work, so the derivative is computed with the value, and
/// the input gradient is one multiplication.
///
/// - Saves: the derivative, one float for each element.
package struct Elementwise<Function: ElementFunction>: CPUKernel {
    package init() {}

    package var descriptor: OperationDescriptor { .elementwise(Function.name) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape { shapes[0] }
    package func operationCount(_ shapes: [Shape]) -> Int { Function.operationCount * shapes[0].count }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { shapes[0].count }
    package func savedCount(_ shapes: [Shape]) -> Int { shapes[0].count }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        return [
            TeamWork(ofElements: frame.batch * frame.shapes[0].count) { part in
                Function.apply(to: frame.inputs[0], into: frame.output, derivative: frame.saved, part)
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        return [
            TeamWork(ofElements: frame.batch * frame.shapes[0].count) { part in
                let (dy, slope, target) = (frame.outputGradient, frame.saved, frame.inputGradients[0])
                var index = part.lowerBound
                while index + 8 <= part.upperBound {
                    let value = dy.lanes(index) * slope.lanes(index)
                    target.values.store(value, index, adding: target.accumulates)
                    index += 8
                }
                while index < part.upperBound {
                    let value = dy[index] * slope[index]
                    target.values[index] = target.accumulates ? target.values[index] + value : value
                    index += 1
                }
            }
        ]
    }
}
