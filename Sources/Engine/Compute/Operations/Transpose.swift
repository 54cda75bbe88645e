import Platform

/// Exchanges rows and columns: tokens × features becomes features × tokens.
///
/// Input `[rows, columns]`, output `[columns, rows]`. The gradient is transposed back.
package struct Transpose: CPUKernel {
    package init() {}

    package var descriptor: OperationDescriptor { .transpose }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 2 else {
            throw .shapeMismatch(place: "The input of a transposition", expected: [1, 1], found: shapes[0])
        }
        return [shapes[0][1], shapes[0][0]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 0 }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        [
            transpose(
                frame.inputs[0], into: frame.output, batch: frame.batch, rows: frame.shapes[0][0],
                columns: frame.shapes[0][1], adding: false)
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        [
            transpose(
                frame.outputGradient, into: frame.inputGradients[0].values, batch: frame.batch,
                rows: frame.shapes[0][1], columns: frame.shapes[0][0],
                adding: frame.inputGradients[0].accumulates)
        ]
    }
}

/// Returns the work that writes each `[rows, columns]` matrix of `source` as `[columns, rows]`.
private func transpose(
    _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, batch: Int, rows: Int,
    columns: Int, adding: Bool
) -> TeamWork {
    // Sixteen source rows at a time: their cache lines stay in the cache while the columns are traversed, and
    // each column fills one line of the target.
    let strip = 16
    let strips = (rows + strip - 1) / strip
    return TeamWork(ofRows: batch * strips, elements: strip * columns) { part in
        for unit in part {
            let from = source + unit / strips * rows * columns
            let to = target + unit / strips * rows * columns
            let first = unit % strips * strip
            let last = min(first + strip, rows)
            for column in 0..<columns {
                for row in first..<last {
                    let value = from[row * columns + column]
                    to[column * rows + row] = adding ? to[column * rows + row] + value : value
                }
            }
        }
    }
}
