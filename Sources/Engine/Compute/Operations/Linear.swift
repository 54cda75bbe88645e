import Platform

/// Multiplies each row by a weight matrix and adds a bias.
///
///     y = x · Wᵀ + b          ∂x = ∂y · W
///
/// Input `[…, inputs]`, output `[…, outputs]`. The weight is `[outputs, inputs]`, as PyTorch stores it.
/// Saves nothing.
package struct Linear: CPUKernel {
    let weight: Parameter
    let bias: Parameter?
    private let packed = PackedMatrix()

    package init(weight: Parameter, bias: Parameter?) {
        self.weight = weight
        self.bias = bias
    }

    private var outputs: Int { weight.shape[0] }
    private var inputs: Int { weight.shape.count / max(outputs, 1) }

    package var descriptor: OperationDescriptor { .linear(weight: weight, bias: bias) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        var dimensions = shapes[0].dimensions
        guard let last = dimensions.popLast(), last == inputs else {
            throw .shapeMismatch(
                place: "The input of a linear layer", expected: Shape(dimensions + [inputs]), found: shapes[0]
            )
        }
        return Shape(dimensions + [outputs])
    }

    package func operationCount(_ shapes: [Shape]) -> Int {
        2 * shapes[0].count * outputs
    }

    package func packedCount(_ shapes: [Shape], batch: Int) -> Int {
        let count = PackedMatrix.count(inner: inputs, columns: outputs)
        let hasFewRows = batch * shapes[0].count / inputs < PackedMatrix.fewRows
        return MatrixProduct.usesPanels && (hasFewRows || count <= PackedMatrix.smallCount) ? count : 0
    }

    package func pack(_ team: ThreadTeam) {
        packed.pack(weight.values, columns: outputs, inner: inputs, team)
    }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let rows = frame.batch * frame.shapes[0].count / inputs
        let tiles = ProductTiles(rows: rows, columns: outputs, inner: inputs, threads: frame.threads)
        let (x, y) = (frame.inputs[0], frame.output)
        return [
            TeamWork(count: tiles.count) { [self] tile, worker in
                let (rows, columns) = tiles[tile]
                MatrixProduct.multiply(
                    rows: rows.count, columns: columns.count, inner: inputs,
                    x + rows.lowerBound * inputs, stride: inputs,
                    weight.values + columns.lowerBound * inputs, stride: inputs, transposeB: true,
                    packed: packed.start.map { $0 + columns.lowerBound * inputs },
                    into: y + rows.lowerBound * outputs + columns.lowerBound, stride: outputs,
                    from: bias.map { .row($0.values + columns.lowerBound) } ?? .zero,
                    nextColumn: tiles.nextColumn(after: tile, by: worker))
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let rows = frame.batch * frame.shapes[0].count / inputs
        let tiles = ProductTiles(rows: rows, columns: inputs, inner: outputs, threads: frame.threads)
        let (dy, target) = (frame.outputGradient, frame.inputGradients[0])
        return [
            TeamWork(count: tiles.count) { [self] tile, worker in
                let (rows, columns) = tiles[tile]
                MatrixProduct.multiply(
                    rows: rows.count, columns: columns.count, inner: outputs,
                    dy + rows.lowerBound * outputs, stride: outputs,
                    weight.values + columns.lowerBound, stride: inputs,
                    into: target.values + rows.lowerBound * inputs + columns.lowerBound, stride: inputs,
                    from: target.accumulates ? .result : .zero,
                    nextColumn: tiles.nextColumn(after: tile, by: worker))
            }
        ]
    }
}
