import Platform

/// Adds to each score the terms of the row and of the column of the token that is attended to.
///
///     y[i, (a, b)] = s[i, (a, b)] + t[i, a] + t[i, rows + b]
///     ∂s = ∂y,  ∂t[i, a] = Σ over b of ∂y[i, (a, b)],  ∂t[i, rows + b] = Σ over a of ∂y[i, (a, b)]
///
/// Inputs: scores `[patterns, tokens, rows · columns]` and terms `[patterns, tokens, rows + columns]` of ``RelativeTerms``.
package struct AddRelativeTerms: CPUKernel {
    let rows: Int
    let columns: Int

    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    package var descriptor: OperationDescriptor { .addRelativeTerms(rows: rows, columns: columns) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 3, shapes[0][2] == rows * columns else {
            throw .shapeMismatch(
                place: "The scores of \(rows) × \(columns) tokens", expected: [1, 1, rows * columns], found: shapes[0])
        }
        let expected: Shape = [shapes[0][0], shapes[0][1], rows + columns]
        guard shapes[1] == expected else {
            throw .shapeMismatch(place: "The terms of relative positions", expected: expected, found: shapes[1])
        }
        return shapes[0]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 2 * shapes[0].count }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let (count, terms) = (rows * columns, rows + columns)
        let (scores, added, output) = (frame.inputs[0], frame.inputs[1], frame.output)
        return [
            TeamWork(ofRows: frame.batch * frame.shapes[0].count / count, elements: count) { [rows, columns] part in
                for line in part {
                    let (term, across) = (added + line * terms, added + line * terms + rows)
                    for row in 0..<rows {
                        let x = scores + line * count + row * columns
                        let y = output + line * count + row * columns
                        for column in 0..<columns { y[column] = x[column] + term[row] + across[column] }
                    }
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let (count, terms) = (rows * columns, rows + columns)
        let (scores, added) = (frame.inputGradients[0], frame.inputGradients[1])
        return [
            TeamWork(ofRows: frame.batch * frame.shapes[0].count / count, elements: count) { [rows, columns] part in
                for line in part {
                    let dy = frame.outputGradient + line * count
                    let dt = added.values + line * terms
                    if !added.accumulates { zero(dt, 0..<terms) }
                    for row in 0..<rows {
                        var sum: Float = 0
                        for column in 0..<columns {
                            let value = dy[row * columns + column]
                            sum += value
                            dt[rows + column] += value
                        }
                        dt[row] += sum
                    }
                    copy(
                        dy, to: InputGradient(values: scores.values + line * count, accumulates: scores.accumulates),
                        0..<count)
                }
            }
        ]
    }
}
