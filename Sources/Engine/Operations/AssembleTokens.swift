/// Puts the special tokens before the patches and adds each token's position embedding.
///
///     y = [special; x] + positions          ∂x = ∂y without the special tokens
///
/// Input `[patches, features]`, output `[special + patches, features]`.
///
/// - Source: Dosovitskiy et al. 2021, arXiv:2010.11929, eq. 1.
package struct AssembleTokens: TensorOperation {
    /// `[special, features]`, their positions already added; nil when there are none.
    let special: Parameter?
    /// `[patches, features]`.
    let positions: Parameter

    package init(special: Parameter?, positions: Parameter) {
        self.special = special
        self.positions = positions
    }

    package var parameters: [Parameter] { [special, positions].compactMap(\.self) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0] == positions.shape else {
            throw .shapeMismatch(place: "the patches", expected: positions.shape, found: shapes[0])
        }
        return [(special?.shape[0] ?? 0) + shapes[0][0], shapes[0][1]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { shapes[0].count }

    package func forward(_ frame: ForwardFrame, _ member: TeamMember) {
        let count = frame.shapes[0].count
        let lead = special?.count ?? 0
        for picture in 0..<frame.batch {
            let y = frame.output + picture * (lead + count)
            if let special, member.index == 0 { y.update(from: special.values, count: lead) }
            let x = frame.inputs[0] + picture * count
            let part = member.part(of: count, unit: 8)
            var index = part.lowerBound
            while index + 8 <= part.upperBound {
                (y + lead).store(x.lanes(index) + positions.values.lanes(index), index)
                index += 8
            }
            while index < part.upperBound {
                y[lead + index] = x[index] + positions.values[index]
                index += 1
            }
        }
    }

    package func inputGradient(_ frame: GradientFrame, _ member: TeamMember) {
        let count = frame.shapes[0].count
        let lead = special?.count ?? 0
        let target = frame.inputGradients[0]
        for picture in 0..<frame.batch {
            copy(
                frame.outputGradient + picture * (lead + count) + lead,
                to: InputGradient(values: target.values + picture * count, accumulates: target.accumulates),
                member.part(of: count, unit: 8))
        }
    }
}
