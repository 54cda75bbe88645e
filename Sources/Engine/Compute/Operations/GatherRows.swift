import Platform

/// Rows in another order: the tokens of a grid window by window, or back; those that a merged patch is made of.
///
///     y[i] = x[rows[i]]          ∂x[j] = Σ ∂y[i] over all i with rows[i] = j
///
/// Input `[rows, features]`, output `[rows.count / joined, joined · features]`: `joined` rows after one another become one
/// with all their features. A row number of −1 stands for a row of zeros, as frameworks pad a grid that windows do not fill.
///
/// - Source: Liu et al. 2021, arXiv:2103.14030, section 3.1 and 3.2; timm `swin_transformer.py`, `window_partition`.
package struct GatherRows: CPUKernel {
    let rows: [Int32]
    let joined: Int

    /// Creates the gathering of rows.
    ///
    /// - Parameters:
    ///   - rows: the number of each row of the result in the input; −1 for zeros.
    ///   - joined: the number of rows that become one.
    package init(_ rows: [Int], joined: Int = 1) {
        self.rows = rows.map { Int32($0) }
        self.joined = joined
    }

    package var descriptor: OperationDescriptor { .gatherRows(rows: rows, joined: joined) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 2, rows.allSatisfy({ $0 < shapes[0][0] }), rows.count % joined == 0 else {
            throw .shapeMismatch(
                place: "The rows to gather from", expected: [Int(rows.max() ?? 0) + 1, 1], found: shapes[0])
        }
        return [rows.count / joined, joined * shapes[0][1]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 0 }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let (count, features) = (frame.shapes[0][0], frame.shapes[0][1])
        let (x, y) = (frame.inputs[0], frame.output)
        return [
            TeamWork(ofRows: frame.batch * rows.count, elements: features) { [rows] part in
                for row in part {
                    let source = Int(rows[row % rows.count])
                    let target = y + row * features
                    if source < 0 {
                        zero(target, 0..<features)
                    } else {
                        target.update(from: x + (row / rows.count * count + source) * features, count: features)
                    }
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let (count, features) = (frame.shapes[0][0], frame.shapes[0][1])
        let (dy, target) = (frame.outputGradient, frame.inputGradients[0])
        // Each row of the input adds up its own uses, so that threads never write the same row.
        var uses = [[Int32]](repeating: [], count: count)
        for (index, row) in rows.enumerated() where row >= 0 { uses[Int(row)].append(Int32(index)) }
        let starts = uses.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        let places = uses.flatMap(\.self)
        return [
            TeamWork(ofRows: frame.batch * count, elements: features) { [gathered = rows.count] part in
                for row in part {
                    let (picture, source) = (row / count, row % count)
                    let dx = target.values + row * features
                    if !target.accumulates { zero(dx, 0..<features) }
                    for place in places[starts[source]..<starts[source + 1]] {
                        copy(
                            dy + (picture * gathered + Int(place)) * features,
                            to: InputGradient(values: dx, accumulates: true), 0..<features)
                    }
                }
            }
        ]
    }
}
