import Compute
import Foundation
import Images
import Models
import Platform
import Studies
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct SaliencyTests {
    private let photograph = Image.speckled(width: 16, height: 16, seed: 3)

    @Test func channelsBecomeOneNumberByHand() {
        // One row of two pixels: red 1, −2; green −3, 0; blue 2, 1.
        let gradient = Tensor([1, -2, -3, 0, 2, 1], shape: [3, 1, 2])
        let input = Tensor([2, 1, 1, 5, 0.5, -1], shape: [3, 1, 2])
        #expect(
            Saliency.Attribution.gradient.values(input: input, gradient: gradient) == Tensor([3, 2], shape: [1, 2]))
        // 2·1 − 3·1 + 2·0.5 = 0 and −2·1 + 0·5 − 1·1 = −3.
        #expect(
            Saliency.Attribution.inputTimesGradient.values(input: input, gradient: gradient)
                == Tensor([0, -3], shape: [1, 2]))
    }

    @Test func theMapIsTheGradients() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let objective = Objective.sum(Target(model: model.name, layer: "logits", features: .indices([2])))
        let input = model.preprocessing.tensor(of: photograph)
        let expected = try model.gradient(of: objective, at: input)
        let found = try model.saliency(of: objective, at: photograph)
        #expect(found.gradient == expected.gradient && found.value == expected.values[0])
        #expect(found.map.values.shape == [16, 16])
        for pixel in [0, 77, 255] {
            let largest = (0..<3).map { abs(expected.gradient.values[$0 * 256 + pixel]) }.max()
            #expect(found.map.values.values[pixel] == largest)
        }
        #expect(found.label == "tiny_vit sum of logit “c”")
        // 256 pixels, of which one in a hundred may be beyond the colors.
        let sorted = found.map.values.values.sorted()
        #expect(found.map.scale.range.upperBound == sorted[253] && found.map.scale.clipsAbove)
    }

    @Test func aBlurByHand() {
        // Weights 1 and e^(−1 / 2) = 0.60653 beside it, e^(−2) = 0.13534, e^(−9 / 2) = 0.01111; what is outside is left out.
        let line = Tensor([0, 0, 1, 0, 0, 0], shape: [1, 6]).blurred(by: 1)
        let weights: [Float] = [1, 0.606531, 0.135335, 0.011109]
        let expected = (0..<6).map { place in
            let total = (0..<6).reduce(Float(0)) { abs($1 - place) < 4 ? $0 + weights[abs($1 - place)] : $0 }
            return (abs(place - 2) < 4 ? weights[abs(place - 2)] : 0) / total
        }
        #expect(Reference.distance(line.values, expected) < 1e-5)
        // Rows and columns are alike, an even map stays even, and no blur changes nothing.
        #expect(line.reshaped([6, 1]) == Tensor([0, 0, 1, 0, 0, 0], shape: [6, 1]).blurred(by: 1))
        #expect(
            Reference.distance(
                Tensor(repeating: 3, shape: [4, 5]).blurred(by: 8).values, [Float](repeating: 3, count: 20)) < 1e-6)
        let map = Tensor([1, -2, 3, 4], shape: [2, 2])
        #expect(map.blurred(by: 0) == map)
    }

    @Test func theMapIsBlurredAndTheGradientIsNot() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let objective = Objective.sum(Target(model: model.name, layer: "logits", features: .indices([2])))
        let plain = try model.saliency(of: objective, at: photograph)
        let blurred = try model.saliency(
            of: objective, at: photograph, .init(smoothing: Smoothing(copies: 3), blur: 2))
        #expect(blurred.gradientAtPhotograph == plain.gradient && plain.gradientAtPhotograph == plain.gradient)
        #expect(blurred.gradient != plain.gradient)
        let values = Saliency.Attribution.gradient.values(input: plain.gradient, gradient: blurred.gradient)
        #expect(blurred.map.values == values.blurred(by: 2))
    }

    @Test func ofALinearFunctionNoiseChangesNothing() throws {
        // Patches are embedded by a matrix: the gradient is the same everywhere, and so is its mean.
        let model = try Model.load(Reference.path("tiny_vit"))
        let target = Target(model: model.name, layer: "patch_embed", features: .indices([1]), tokens: .indices([6]))
        let objective = Objective.sum(target)
        let plain = try model.saliency(of: objective, at: photograph)
        var reports: [Int] = []
        let smooth = try model.saliency(
            of: objective, at: photograph, .init(smoothing: Smoothing(copies: 19, deviation: 0.2))
        ) { done, total, soFar in
            #expect(total == 20)
            reports.append(done)
            // The mean over the copies so far, which is the same where the objective is linear.
            #expect(Reference.distance(soFar().gradient.values, plain.gradient.values) < 1e-5)
        }
        #expect(reports == [1, 9, 17, 20])
        #expect(Reference.distance(smooth.gradient.values, plain.gradient.values) < 1e-5)
        // Patch 6 of 4 × 4 is row 1, column 2: pixels 8 to 11 of rows 4 to 7.
        for y in 0..<16 {
            for x in 0..<16 where !(4..<8).contains(y) || !(8..<12).contains(x) {
                #expect(plain.map.values.values[y * 16 + x] == 0)
            }
        }
        // Input × gradient adds up to the value but for what a black input gives, the bias.
        let products = try model.saliency(of: objective, at: photograph, .init(.inputTimesGradient))
        let zero = try model.activations(at: "patch_embed", of: Tensor(repeating: 0, shape: [3, 16, 16]))
        let sum = products.map.values.values.reduce(0, +)
        #expect(abs(sum - (products.value - zero.values[6 * zero.shape[1] + 1])) < 1e-3)
    }

    @Test func noiseHasItsShareOfTheRange() throws {
        // The range is 4, so a tenth of it is 0.4.
        var values = [Float](repeating: 1, count: 20_000)
        (values[0], values[1]) = (-1, 3)
        var copies = Smoothing.Copies(
            of: Tensor(values, shape: [20_000]), Smoothing(copies: 2, deviation: 0.1, seed: 5))
        let noise = zip(copies.next(2), values + values).map { Double($0 - $1) }
        let mean = noise.reduce(0, +) / Double(noise.count)
        let deviation = (noise.map { $0 * $0 }.reduce(0, +) / Double(noise.count)).squareRoot()
        // Standard errors of 40,000 draws: 0.002 and 0.0014.
        #expect(abs(mean) < 0.01)
        #expect(abs(deviation - 0.4) < 0.007)
        #expect(Array(noise[..<100]) != Array(noise[20_000..<20_100]))
    }

    @Test func theMeanIsOverTheCopies() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let objective = Objective.sum(Target(model: model.name, layer: "logits", features: .indices([0])))
        let input = model.preprocessing.tensor(of: photograph)
        let smoothing = Smoothing(copies: 10, deviation: 0.15, seed: 2)
        var copies = Smoothing.Copies(of: input, smoothing)
        var mean = [Float](repeating: 0, count: input.values.count)
        for _ in 0..<10 {
            let one = try model.gradient(of: objective, at: Tensor(copies.next(1), shape: input.shape))
            for (index, value) in one.gradient.values.enumerated() { mean[index] += value / 10 }
        }
        let found = try model.saliency(of: objective, at: photograph, .init(smoothing: smoothing))
        #expect(Reference.distance(found.gradient.values, mean) < 1e-5)
        let again = try model.saliency(of: objective, at: photograph, .init(smoothing: smoothing))
        #expect(again.gradient == found.gradient)
        let plain = try model.gradient(of: objective, at: input).gradient
        #expect(Reference.distance(found.gradient.values, plain.values) > 0.05)
    }

    @Test func refusesSettingsThatMakeNoSense() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let objective = Objective.mean(Target(model: model.name, layer: "logits"))
        func message(_ settings: Saliency.Settings) -> String? {
            #expect(throws: EngineError.self) { try model.saliency(of: objective, at: photograph, settings) }?.message
        }
        #expect(
            message(.init(smoothing: Smoothing(copies: 0)))
                == "The number of noisy copies is 0; it must be 1 to 100000.")
        #expect(message(.init(smoothing: Smoothing(deviation: -1)))?.contains("0 to 10") == true)
        #expect(message(.init(smoothing: Smoothing(deviation: .nan)))?.contains("0 to 10") == true)
        #expect(message(.init(clipping: 1))?.contains("less than 1") == true)
        #expect(message(.init(blur: -1))?.contains("0 to 1000 pixels") == true)
        let cancellation = Cancellation()
        cancellation.request()
        #expect(throws: EngineError.cancelled) {
            try model.saliency(of: objective, at: photograph, cancellation: cancellation)
        }
    }

    // The weights and photographs lie beside the repository; where they do not, this is skipped.
    @Test(.enabled(if: Reference.hasDeiT, "../shared/models/deit_tiny_patch16_224.safetensors is not there"))
    func deitLooksAtTheCat() throws {
        let model = try Model.load(Reference.deit)
        let photograph = try Image(contentsOf: Reference.photograph("chelsea.png"))
        let input = model.preprocessing.tensor(of: photograph)
        let logits = try model.logits(of: input).values
        let best = logits.indices.max { logits[$0] < logits[$1] } ?? 0
        let objective = Objective.sum(Target(model: model.name, layer: "logits", features: .indices([best])))
        let plain = try model.saliency(of: objective, at: photograph)
        let products = try model.saliency(of: objective, at: photograph, .init(.inputTimesGradient))
        let smooth = try model.saliency(of: objective, at: photograph, .init(smoothing: Smoothing(copies: 24)))
        #expect(plain.value == smooth.value)
        try Reference.show(plain.sheet.image, "saliency-plain")
        try Reference.show(products.sheet.image, "saliency-products")
        try Reference.show(smooth.sheet.image, "saliency-smooth")
    }
}
