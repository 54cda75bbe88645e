import Platform

/// Multiplies each feature by its own factor and optionally adds a shift: LayerScale, or an affine layer.
///
///     y = x · α + β          ∂x = ∂y · α
///
/// Input and output `[…, features]`.
///
/// - Source: Touvron et al. 2021, arXiv:2103.17239, eq. 4 (LayerScale); arXiv:2105.03404, eq. 1 (affine).
package struct Scale: CPUKernel {
    /// `[features]`.
    let factor: Parameter
    /// `[features]`; nil for none.
    let shift: Parameter?

    package init(factor: Parameter, shift: Parameter? = nil) {
        self.factor = factor
        self.shift = shift
    }

    private var features: Int { factor.shape.count }

    package var descriptor: OperationDescriptor { .scale(factor: factor, shift: shift) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard let last = shapes[0].dimensions.last, last == features else {
            throw .shapeMismatch(
                place: "The input of a scale", expected: Shape(shapes[0].dimensions.dropLast() + [features]),
                found: shapes[0])
        }
        return shapes[0]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { (shift == nil ? 1 : 2) * shapes[0].count }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { shapes[0].count }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let rows = frame.batch * frame.shapes[0].count / features
        return [
            TeamWork(ofRows: rows, elements: features) { [self] part in
                for row in part {
                    let offset = row * features
                    scale(frame.inputs[0] + offset, shift, into: frame.output + offset, adding: false)
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let rows = frame.batch * frame.shapes[0].count / features
        let target = frame.inputGradients[0]
        return [
            TeamWork(ofRows: rows, elements: features) { [self] part in
                for row in part {
                    let offset = row * features
                    scale(
                        frame.outputGradient + offset, nil, into: target.values + offset, adding: target.accumulates)
                }
            }
        ]
    }

    /// Writes one row of x · α + β, or adds it to what is there.
    @inline(__always)
    private func scale(
        _ x: UnsafePointer<Float>, _ shift: Parameter?, into y: UnsafeMutablePointer<Float>, adding: Bool
    ) {
        var index = 0
        while index + 8 <= features {
            let product = x.lanes(index) * factor.values.lanes(index)
            y.store(shift.map { product + $0.values.lanes(index) } ?? product, index, adding: adding)
            index += 8
        }
        while index < features {
            let value = x[index] * factor.values[index] + (shift?.values[index] ?? 0)
            y[index] = adding ? y[index] + value : value
            index += 1
        }
    }
}
