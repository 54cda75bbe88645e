/// An objective resolved against a model's layers: ready to be evaluated on an executor's outputs.
package struct ObjectiveEvaluation: Sendable {
    private struct Part: Sendable {
        let layer: String
        /// How many floats the layer's output holds for one picture.
        let count: Int
        let weight: Float
        let term: any ObjectiveTerm
    }

    private let parts: [Part]

    /// Resolves `objective`.
    ///
    /// - Parameters:
    ///   - objective: whose targets lie in one model.
    ///   - model: that model's name.
    ///   - shape: the output of the layer at an address; throws for an address that the model lacks.
    /// - Throws: ``EngineError`` `.invalidObjective`, `.outOfRange`, `.unknownLayer`.
    package init(
        _ objective: Objective, model: String, shape: (String) throws(EngineError) -> LayerShape
    ) throws(EngineError) {
        var parts: [Part] = []
        func collect(_ objective: Objective, weight: Float) throws(EngineError) {
            guard weight.isFinite else {
                throw .invalidObjective(reason: "The objective has a weight that is not a number: \(weight).")
            }
            switch objective {
            case .mean(let target): try append(target, isMean: true, weight: weight)
            case .sum(let target): try append(target, isMean: false, weight: weight)
            case .weighted(let factor, let inner): try collect(inner, weight: weight * factor)
            case .plus(let objectives):
                for inner in objectives { try collect(inner, weight: weight) }
            case .named(_, let inner): try collect(inner, weight: weight)
            }
        }
        func append(_ target: Target, isMean: Bool, weight: Float) throws(EngineError) {
            guard target.model == model else {
                throw .invalidObjective(
                    reason: "An objective can use one model: this one uses \(model) and \(target.model).")
            }
            let shape = try shape(target.layer)
            parts.append(
                Part(
                    layer: target.layer, count: shape.extents.count, weight: weight,
                    term: try SelectionTerm(target, in: shape, isMean: isMean)))
        }
        try collect(objective, weight: 1)
        guard !parts.isEmpty else {
            throw .invalidObjective(reason: "The objective is empty: give it at least one target.")
        }
        self.parts = parts
    }

    /// The objective's value on one picture of the batch.
    ///
    /// - Parameters:
    ///   - executor: after its forward pass.
    ///   - index: the picture's place in the batch.
    ///   - seedsGradient: whether ∂objective/∂output is added to the executor's output gradients.
    package func evaluate(on executor: any Executor, picture index: Int, seedsGradient: Bool) -> Float {
        var value: Float = 0
        for part in parts {
            let offset = index * part.count
            guard let output = executor.output(part.layer).baseAddress else { continue }
            let gradient = seedsGradient ? executor.outputGradient(part.layer).baseAddress : nil
            value +=
                part.weight
                * part.term.evaluate(
                    output: output + offset, weight: part.weight, gradient: gradient.map { $0 + offset })
        }
        return value
    }
}
