import Images
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct AffineResamplingTests {
    static let references = VisualizationReference.shared.resampling

    @Test(arguments: references.indices) func agreesWithPyTorch(_ index: Int) {
        let reference = Self.references[index]
        let m = reference.map
        let map = AffineMap(a: m[0], b: m[1], c: m[3], d: m[4], x: m[2], y: m[5])
        let size = PixelSize(width: reference.width, height: reference.height)
        // A pad's value of 0 is PyTorch's "zeros".
        let resampling = AffineResampling(
            reference.padding == "zeros" ? [.pad(pixels: 0, value: 0)] : [], size: size, pictures: 2)
        resampling.prepare(1, map: map)
        var output = reference.input
        resampling.forward(1, input: reference.input, output: &output)
        #expect(largestDifference(output, reference.output) < 3e-6)
        var gradient = reference.input
        resampling.gradient(1, outputGradient: reference.weights, inputGradient: &gradient)
        #expect(largestDifference(gradient, reference.gradient) < 3e-6)
    }

    /// A quarter turn anticlockwise takes the right column to the top row.
    @Test func quarterTurnByHand() {
        let output = resample([1, 2, 3, 4, 5, 6, 7, 8, 9], .rotation(degrees: 90))
        #expect(largestDifference(output, [3, 6, 9, 2, 5, 8, 1, 4, 7]) < 1e-5)
    }

    /// Looking one pixel further right mirrors the last column: its neighbor beyond the edge is itself.
    @Test func shiftMirrorsByHand() {
        let output = resample([1, 2, 3, 4, 5, 6, 7, 8, 9], .shift(x: 1, y: 0))
        #expect(largestDifference(output, [2, 3, 3, 5, 6, 6, 8, 9, 9]) < 1e-6)
    }

    @Test func constantByHand() {
        let output = resample(
            [1, 2, 3, 4, 5, 6, 7, 8, 9], .shift(x: 0.5, y: 0), transforms: [.pad(pixels: 1, value: 10)])
        #expect(largestDifference(output, [1.5, 2.5, 6.5, 4.5, 5.5, 8, 7.5, 8.5, 9.5]) < 1e-6)
    }

    /// First the shift, then the enlargement: the center looks at the shifted center.
    @Test func mapsFollowOneAnother() {
        let map = AffineMap.shift(x: 3, y: -1).then(.rotation(degrees: 90)).then(.view(0.5))
        #expect(abs(map.x - 3) < 1e-6 && abs(map.y + 1) < 1e-6)
        #expect(abs(map.b + 0.5) < 1e-6 && abs(map.c - 0.5) < 1e-6 && abs(map.a) < 1e-6)
    }

    @Test(arguments: VisualizationReference.shared.fit.indices) func fitAgreesWithPyTorch(_ index: Int) {
        let reference = VisualizationReference.shared.fit[index]
        let source = PixelSize(width: reference.source[1], height: reference.source[0])
        let target = PixelSize(width: reference.target[1], height: reference.target[0])
        let fit = Fit(from: source, to: target)
        var output = [Float](repeating: .nan, count: reference.output.count)
        fit.forward(input: reference.input, output: &output)
        #expect(largestDifference(output, reference.output) < 1e-6)
        let weights = normals(output.count, seed: 3)
        var gradient = [Float](repeating: .nan, count: reference.input.count)
        fit.gradient(outputGradient: weights, inputGradient: &gradient)
        #expect(abs(dot(output, weights) - dot(reference.input, gradient)) < 1e-4)
    }

    @Test(arguments: VisualizationReference.shared.blur.indices) func blurAgreesWithPyTorch(_ index: Int) {
        let reference = VisualizationReference.shared.blur[index]
        let size = PixelSize(width: reference.width, height: reference.height)
        let blur = GaussianBlur(
            deviation: .constant(reference.sigma), taps: reference.size, size: size, pictures: 1)
        var output = reference.input
        blur.forward(0, input: reference.input, output: &output)
        #expect(largestDifference(output, reference.output) < 1e-6)
        var gradient = reference.input
        blur.gradient(0, outputGradient: reference.weights, inputGradient: &gradient)
        #expect(largestDifference(gradient, reference.gradient) < 1e-6)
    }

    /// Resamples a 3 × 3 picture whose channels are alike.
    private func resample(_ plane: [Float], _ map: AffineMap, transforms: [Transform] = []) -> [Float] {
        let resampling = AffineResampling(transforms, size: PixelSize(width: 3, height: 3), pictures: 1)
        resampling.prepare(0, map: map)
        var output = [Float](repeating: .nan, count: 27)
        resampling.forward(0, input: plane + plane + plane, output: &output)
        #expect(output[0..<9] == output[18..<27])
        return Array(output[0..<9])
    }
}
