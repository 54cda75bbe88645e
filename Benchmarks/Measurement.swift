import Engine
import Foundation

/// What was measured of one model's render step.
struct Measurement {
    let model: String
    let layer: String
    let size: PixelSize
    let operationCount: Int
    /// Our steps, one after the other.
    private(set) var steps: [StepTimes] = []
    /// OpenBLAS's products between them, in floating-point operations per second.
    private(set) var productRates: (alone: [Double], together: [Double]) = ([], [])
    /// How long it took to show a picture so far, in seconds.
    private(set) var frames: [Double] = []
    /// PyTorch's steps by kind; empty without PyTorch.
    private(set) var pytorch: [PyTorchSteps.Kind: [StepTimes.Whole]] = [:]

    /// Measures steps in `rounds` turns: ours, OpenBLAS's products unless `onlySteps`, PyTorch's.
    init(of model: Model, layer: String, rounds: Int, python: String?, onlySteps: Bool) throws {
        self.model = model.name
        self.layer = layer
        size = model.inputSize
        operationCount = try model.operationCount(layers: [layer], gradient: true)
        let ours = try RenderStep(model, layer: layer)
        let product = ProductRate()
        let theirs = python.flatMap { PyTorchSteps(python: $0, model: model, layer: layer) }
        let stepsInTurn = 10

        for _ in 0..<stepsInTurn { _ = try ours.run() }
        for _ in 0..<rounds {
            for _ in 0..<stepsInTurn { steps.append(try ours.run()) }
            if onlySteps { continue }
            frames += try Self.frames(model, layer: layer)
            productRates.alone.append(product.measure(threads: 1))
            productRates.together.append(product.measure(threads: product.threads))
            guard let theirs else { continue }
            for (kind, times) in try theirs.run(stepsInTurn / 2) { pytorch[kind, default: []] += times }
            // PyTorch's threads go on watching for work for a while.
            Thread.sleep(forTimeInterval: 0.2)
        }
    }

    /// How long the pictures so far take as JPEG, as a notebook shows them.
    private static func frames(_ model: Model, layer: String) throws -> [Double] {
        var recipe = RenderStep.recipe(model, layer: layer)
        recipe.stopAfter = 5
        var seconds: [Double] = []
        _ = try Renderer(subject: model, recipe: recipe).run { progress in
            let clock = Clock()
            for image in progress.snapshot() { _ = try? JPEG.encode(image, quality: 88) }
            seconds.append(clock.elapsed)
        }
        return seconds
    }
}

extension Sequence where Element == Double {
    /// The middle one.
    var median: Double {
        let sorted = sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }
}
