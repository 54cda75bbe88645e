import Compute

extension Executor {
    /// How many floats the input of the batch holds.
    package var inputCount: Int { writeInput { $0.count } }

    /// Writes the whole input.
    package func setInput(_ values: some Sequence<Float>) { writeInput { _ = $0.update(from: values) } }

    /// A copy of the input.
    package var inputValues: [Float] { writeInput { Array($0) } }

    /// A copy of the input gradient.
    package var inputGradient: [Float] { readInputGradient { Array($0) } }

    /// A copy of a layer's output.
    package func output(_ layer: LayerIndex) -> [Float] { readOutput(of: layer) { Array($0) } }

    /// A copy of a layer's output, by the address that the plan was asked for.
    package func output(_ address: String) -> [Float] { output(plan.index(of: address)!) }

    /// A copy of what was seeded in a layer.
    package func seeds(_ layer: LayerIndex) -> [Float] { writeOutputGradient(of: layer) { Array($0) } }

    /// A copy of what was seeded in a layer, by the address that the plan was asked for.
    package func seeds(_ address: String) -> [Float] { seeds(plan.index(of: address)!) }

    /// Writes a layer's whole output gradient: what `value` gives for each place.
    package func seed(_ address: String, _ value: (Int) -> Float) {
        writeOutputGradient(of: plan.index(of: address)!) { seeds in
            for place in seeds.indices { seeds[place] = value(place) }
        }
    }

    /// Writes a layer's whole output gradient with a pattern.
    package func seed(_ address: String, patternSeed: Int) {
        let pattern = Reference.pattern(seeds(address).count, seed: patternSeed)
        seed(address) { pattern[$0] }
    }
}
