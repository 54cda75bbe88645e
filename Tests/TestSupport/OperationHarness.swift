import Compute

/// Runs one operation by itself, on memory of its own.
package struct OperationHarness {
    package let operation: any CPUKernel
    package let shapes: [Shape]
    package var batch: Int
    /// How many threads work on it.
    package var threads: Int

    package init(operation: any CPUKernel, shapes: [Shape], batch: Int = 1, threads: Int = 1) {
        self.operation = operation
        self.shapes = shapes
        self.batch = batch
        self.threads = threads
    }

    package struct Failure: Error {}

    /// A team's threads stay, so every test uses the same few teams.
    private static let teams = [1, 2, 3].map { ThreadTeam(count: $0) }

    /// The output for these inputs, and the inputs' gradients for this output gradient.
    ///
    /// - Parameter alreadyThere: what the gradients hold before, to be added to; nil when they are to be set.
    package func run(
        _ inputs: [[Float]], outputGradient: [Float] = [], addingTo alreadyThere: Float? = nil
    ) throws -> (output: [Float], gradients: [[Float]]) {
        let count = try operation.outputShape(shapes).count * batch
        func memory(_ count: Int, _ value: Float = .nan) -> UnsafeMutablePointer<Float> {
            let pointer = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
            pointer.initialize(repeating: value, count: max(count, 1))
            return pointer
        }
        let values = inputs.map { input in
            let pointer = memory(input.count)
            pointer.update(from: input, count: input.count)
            return pointer
        }
        let output = memory(count)
        let saved = memory(operation.savedCount(shapes) * batch)
        let scratch = memory(operation.scratchCount(shapes) * batch)
        let gradientScratch = memory(operation.gradientScratchCount(shapes) * batch)
        let seed = memory(count)
        let gradients = shapes.map { memory($0.count * batch, alreadyThere ?? .nan) }
        defer {
            for pointer in values + [output, saved, scratch, gradientScratch, seed] + gradients {
                pointer.deallocate()
            }
        }

        let forward = ForwardFrame(
            batch: batch, shapes: shapes, inputs: values.map { UnsafePointer($0) }, output: output,
            saved: saved, scratch: scratch, threads: ProductTiles.threads(ofTeam: threads))
        let team = Self.teams[threads - 1]
        team.run(operation.forward(forward))
        let result = Array(UnsafeBufferPointer(start: output, count: count))
        guard !outputGradient.isEmpty else { return (result, []) }
        guard outputGradient.count == count else { throw Failure() }
        seed.update(from: outputGradient, count: count)
        let gradient = GradientFrame(
            batch: batch, shapes: shapes, inputs: values.map { UnsafePointer($0) },
            output: UnsafePointer(output),
            saved: UnsafePointer(saved), scratch: gradientScratch, outputGradient: UnsafePointer(seed),
            inputGradients: gradients.map { InputGradient(values: $0, accumulates: alreadyThere != nil) },
            threads: ProductTiles.threads(ofTeam: threads))
        team.run(operation.inputGradient(gradient))
        return (
            result,
            zip(gradients, shapes).map { Array(UnsafeBufferPointer(start: $0, count: $1.count * batch)) }
        )
    }

    /// The greatest difference between the gradients and central differences, against the greatest gradient.
    ///
    /// With a step of 1/64 the differences' own error is about h²/6 ≈ 4e-5 of the third derivative plus
    /// 2⁻²⁴/h ≈ 4e-6 of each output, so agreement to 2e-3 is what can be asked of float32.
    package func disagreement(_ inputs: [[Float]]) throws -> Double {
        let count = try operation.outputShape(shapes).count * batch
        let weights = Reference.pattern(count, seed: 99)
        let gradients = try run(inputs, outputGradient: weights).gradients
        func objective(_ inputs: [[Float]]) throws -> Double {
            zip(try run(inputs).output, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        var worst = 0.0
        var greatest = 0.0
        for input in inputs.indices {
            for index in inputs[input].indices {
                var (low, high) = (inputs, inputs)
                low[input][index] -= 1 / 64
                high[input][index] += 1 / 64
                let slope = (try objective(high) - objective(low)) * 32
                worst = max(worst, abs(slope - Double(gradients[input][index])))
                greatest = max(greatest, abs(slope))
            }
        }
        return worst / greatest
    }
}
