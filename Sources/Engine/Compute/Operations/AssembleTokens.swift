import Platform

/// Puts the special tokens before the patches and adds each token's position embedding.
///
///     y = [special; x] + positions          ∂x = ∂y without the special tokens
///
/// Input `[patches, features]`, output `[special + patches, features]`.
///
/// - Source: Dosovitskiy et al. 2021, arXiv:2010.11929, eq. 1.
package struct AssembleTokens: CPUKernel {
    /// `[special, features]`, their positions already added; nil if there are none.
    let special: Parameter?
    /// `[patches, features]`.
    let positions: Parameter

    package init(special: Parameter?, positions: Parameter) {
        self.special = special
        self.positions = positions
    }

    package var descriptor: OperationDescriptor { .assembleTokens(special: special, positions: positions) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0] == positions.shape else {
            throw .shapeMismatch(place: "The patches", expected: positions.shape, found: shapes[0])
        }
        return [(special?.shape[0] ?? 0) + shapes[0][0], shapes[0][1]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { shapes[0].count }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let count = frame.shapes[0].count
        let lead = special?.count ?? 0
        let cut = Cut(of: count, unit: 8, atLeast: Cut.fewElements)
        let (inputs, output) = (frame.inputs[0], frame.output)
        return [
            TeamWork(count: frame.batch * cut.count) { [self] part, _ in
                let (picture, range) = (part / cut.count, cut[part % cut.count])
                let (x, y) = (inputs + picture * count, output + picture * (lead + count))
                if let special, range.lowerBound == 0 { y.update(from: special.values, count: lead) }
                var index = range.lowerBound
                while index + 8 <= range.upperBound {
                    (y + lead).store(x.lanes(index) + positions.values.lanes(index), index)
                    index += 8
                }
                while index < range.upperBound {
                    y[lead + index] = x[index] + positions.values[index]
                    index += 1
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let count = frame.shapes[0].count
        let lead = special?.count ?? 0
        let cut = Cut(of: count, unit: 8, atLeast: Cut.fewElements)
        let (outputGradient, target) = (frame.outputGradient, frame.inputGradients[0])
        return [
            TeamWork(count: frame.batch * cut.count) { part, _ in
                let picture = part / cut.count
                copy(
                    outputGradient + picture * (lead + count) + lead,
                    to: InputGradient(values: target.values + picture * count, accumulates: target.accumulates),
                    cut[part % cut.count])
            }
        ]
    }
}
