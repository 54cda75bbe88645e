import Platform

/// Cuts a picture into patches and lays out each patch's pixels in a row.
///
/// Input `[3, height, width]`, output `[patches, lines · run · 3]`: patches row by row, in a patch pixels row by row, and
/// red, green and blue of each. Pixels beyond the last whole patch are ignored. The gradient is the same permutation
/// backwards.
///
/// - Source: einops' `b c (h p1) (w p2) -> b (h w) (p1 p2 c)`, as in vit-pytorch `vit.py`; transformers
///   `image_processing_siglip2.py`, `convert_image_to_patches`.
package struct FlattenPatches: CPUKernel {
    /// The height of a patch in pixels.
    let lines: Int
    /// The width of a patch in pixels.
    let run: Int

    package init(height: Int, width: Int) {
        lines = height
        run = width
    }

    package var descriptor: OperationDescriptor { .flattenPatches(height: lines, width: run) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 3, shapes[0][0] == 3, shapes[0][1] >= lines, shapes[0][2] >= run else {
            throw .shapeMismatch(place: "The picture", expected: [3, lines, run], found: shapes[0])
        }
        return [(shapes[0][1] / lines) * (shapes[0][2] / run), lines * run * 3]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 0 }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let shape = frame.shapes[0]
        let (x, y) = (frame.inputs[0], frame.output)
        return [
            work(frame.batch, shape) { pixel, place in y[place] = x[pixel] }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let shape = frame.shapes[0]
        let (dy, target) = (frame.outputGradient, frame.inputGradients[0])
        let isWhole = shape[1].isMultiple(of: lines) && shape[2].isMultiple(of: run)
        let clear = TeamWork(ofElements: frame.batch * shape.count) { zero(target.values, $0) }
        let spread = work(frame.batch, shape) { pixel, place in
            target.values[pixel] = (target.accumulates || !isWhole ? target.values[pixel] : 0) + dy[place]
        }
        return (target.accumulates || isWhole ? [] : [clear]) + [spread]
    }

    /// Creates work that calls `body` with the place of each number in the pictures and in the rows.
    private func work(
        _ batch: Int, _ shape: Shape, _ body: @escaping (_ pixel: Int, _ place: Int) -> Void
    ) -> TeamWork {
        let (height, width) = (shape[1], shape[2])
        let (rows, columns) = (height / lines, width / run)
        return TeamWork(ofRows: batch * rows, elements: columns * lines * run * 3) { [self] part in
            for row in part {
                let (picture, first) = (row / rows, row % rows * lines)
                var place = row * columns * lines * run * 3
                for column in 0..<columns {
                    for line in first..<first + lines {
                        for across in column * run..<(column + 1) * run {
                            for color in 0..<3 {
                                body(((picture * 3 + color) * height + line) * width + across, place + color)
                            }
                            place += 3
                        }
                    }
                }
            }
        }
    }
}
