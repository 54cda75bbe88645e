import Platform

/// The tokens of one tensor before those of another: a class token before the patches.
///
///     y = [a; b]          ∂a = the first rows of ∂y, ∂b = the rest
///
/// Inputs `[tokens, features]`, or `[features]` for one token. Output `[sum of tokens, features]`.
package struct JoinTokens: CPUKernel {
    package init() {}

    package var descriptor: OperationDescriptor { .joinTokens }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        let features = shapes[0].dimensions.last ?? 0
        for shape in shapes {
            guard (1...2).contains(shape.rank), shape[-1] == features else {
                throw .shapeMismatch(place: "The tokens to join", expected: [1, features], found: shape)
            }
        }
        return [shapes.reduce(0) { $0 + $1.count } / features, features]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 0 }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let (counts, offsets, total) = places(frame.shapes)
        return counts.indices.map { input in
            TeamWork(ofRows: frame.batch, elements: counts[input]) { part in
                for picture in part {
                    (frame.output + picture * total + offsets[input])
                        .update(from: frame.inputs[input] + picture * counts[input], count: counts[input])
                }
            }
        }
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let (counts, offsets, total) = places(frame.shapes)
        return counts.indices.map { input in
            TeamWork(ofRows: frame.batch, elements: counts[input]) { part in
                let target = frame.inputGradients[input]
                for picture in part {
                    copy(
                        frame.outputGradient + picture * total + offsets[input],
                        to: InputGradient(
                            values: target.values + picture * counts[input], accumulates: target.accumulates),
                        0..<counts[input])
                }
            }
        }
    }

    /// Returns how many numbers each input has, where they begin in the output, and how many there are in all.
    private func places(_ shapes: [Shape]) -> (counts: [Int], offsets: [Int], total: Int) {
        let counts = shapes.map(\.count)
        var offsets = [0]
        for count in counts { offsets.append(offsets[offsets.count - 1] + count) }
        return (counts, offsets, offsets[counts.count])
    }
}
