import Platform

/// A range of the features of each row: the queries of a joint projection, one half of a gated MLP.
///
/// Input `[…, features]`, output `[…, range.count]`. The other features' gradient is 0.
package struct SelectFeatures: CPUKernel {
    let range: Range<Int>

    package init(_ range: Range<Int>) {
        self.range = range
    }

    package var descriptor: OperationDescriptor { .selectFeatures(range) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard let last = shapes[0].dimensions.last, range.lowerBound >= 0, range.upperBound <= last else {
            throw .shapeMismatch(
                place: "The features to select from",
                expected: Shape(shapes[0].dimensions.dropLast() + [range.upperBound]), found: shapes[0])
        }
        return Shape(shapes[0].dimensions.dropLast() + [range.count])
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 0 }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let features = frame.shapes[0][-1]
        return [
            TeamWork(ofRows: frame.batch * frame.shapes[0].count / features, elements: features) { [self] part in
                for row in part {
                    (frame.output + row * range.count)
                        .update(from: frame.inputs[0] + row * features + range.lowerBound, count: range.count)
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let features = frame.shapes[0][-1]
        let target = frame.inputGradients[0]
        return [
            TeamWork(ofRows: frame.batch * frame.shapes[0].count / features, elements: features) { [self] part in
                for row in part {
                    let dx = target.values + row * features
                    if !target.accumulates { zero(dx, 0..<features) }
                    copy(
                        frame.outputGradient + row * range.count,
                        to: InputGradient(values: dx + range.lowerBound, accumulates: target.accumulates),
                        0..<range.count)
                }
            }
        ]
    }
}
