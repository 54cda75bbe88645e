import Platform

/// The picture's pixels as tokens of three channels, which a convolution's windows slide over.
///
/// Input `[3, height, width]`, output `[height · width, 3]`, row by row. The gradient is rearranged back.
/// Saves nothing.
package struct PixelTokens: CPUKernel {
    package init() {}

    package var descriptor: OperationDescriptor { .pixelTokens }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 3 else {
            throw .shapeMismatch(place: "The picture", expected: [3, 1, 1], found: shapes[0])
        }
        return [shapes[0][1] * shapes[0][2], shapes[0][0]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 0 }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let (channels, pixels) = (frame.shapes[0][0], frame.shapes[0][1] * frame.shapes[0][2])
        return [
            TeamWork(ofRows: frame.batch * pixels, elements: channels) { part in
                for pixel in part {
                    let x = frame.inputs[0] + pixel / pixels * channels * pixels + pixel % pixels
                    for channel in 0..<channels { frame.output[pixel * channels + channel] = x[channel * pixels] }
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let (channels, pixels) = (frame.shapes[0][0], frame.shapes[0][1] * frame.shapes[0][2])
        let target = frame.inputGradients[0]
        return [
            TeamWork(ofRows: frame.batch * pixels, elements: channels) { part in
                for pixel in part {
                    let dx = target.values + pixel / pixels * channels * pixels + pixel % pixels
                    for channel in 0..<channels {
                        let value = frame.outputGradient[pixel * channels + channel]
                        dx[channel * pixels] = target.accumulates ? dx[channel * pixels] + value : value
                    }
                }
            }
        ]
    }
}
