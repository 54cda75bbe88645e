import Compute
import Platform

/// An objective resolved against a model's layers: ready to be evaluated.
package struct ObjectiveEvaluation: Sendable {
    /// A summand that is read from a layer's output.
    struct LayerPart: Sendable {
        let layer: LayerIndex
        /// How many floats the layer's output holds for one picture.
        let count: Int
        let weight: Float
        let term: any LayerTerm
        /// Whether it is what an activation function lets through.
        let isActivated: Bool
        /// The layer before the activation function, whose same elements are climbed until these respond; nil where they are
        /// not.
        ///
        /// Where an activation function is flat, it has no gradient, or one that leads further down: a GELU falls below
        /// −.75, so that a neuron which starts there ends at 0.
        let before: LayerIndex?
    }

    /// A summand that is read from the picture itself.
    struct PicturePart: Sendable {
        let weight: Float
        let term: any PictureTerm
    }

    /// A summand that compares the picture with the others of its sheet.
    struct SheetPart: Sendable {
        /// The summand without its weight: equal ones share the summaries of the pictures.
        let objective: Objective
        let address: String
        let layer: LayerIndex
        /// How many floats the layer's output holds for one picture.
        let count: Int
        let weight: Float
        let term: any SheetTerm
    }

    private(set) var layerParts: [LayerPart] = []
    private(set) var pictureParts: [PicturePart] = []
    private(set) var sheetParts: [SheetPart] = []

    /// Resolves `objective`.
    ///
    /// - Parameters:
    ///   - objective: whose targets lie in one model.
    ///   - model: that model's name.
    ///   - pictures: how many pictures the sheet has.
    ///   - references: the activations of the photographs that the objective compares with.
    ///   - before: the layer before the activation function whose output is that at an address; nil for none.
    ///   - wakes: whether that is climbed until the target responds.
    ///   - layers: the layers that are read of an executor, to which those of the objective are added.
    ///   - shape: the output of the layer at an address; throws for an address that the model lacks.
    /// - Throws: ``EngineError`` `.invalidObjective`, `.invalidValue`, `.outOfRange`, `.unknownLayer`, `.shapeMismatch`.
    package init(
        _ objective: Objective, model: String, pictures: Int = 1,
        references: ReferenceActivations = ReferenceActivations(),
        before: (String) -> String? = { _ in nil }, wakes: Bool = false,
        layers: inout WantedLayers, shape: (String) throws(EngineError) -> LayerShape
    ) throws(EngineError) {
        var parts: [(summand: Objective.Summand, weight: Float)] = []
        try Self.collect(objective, weight: 1, into: &parts)
        guard !objective.targets.isEmpty else {
            throw .invalidObjective(
                reason: parts.isEmpty
                    ? "The objective is empty: give it at least one target."
                    : "“\(objective)” concerns the picture itself, not \(model): add at least one target.")
        }
        for target in objective.targets where target.model != model {
            throw .invalidObjective(
                reason: "An objective can use one model: this one uses \(model) and \(target.model).")
        }
        for (summand, weight) in parts {
            switch summand.kind.source {
            case .picture(let kind): pictureParts.append(PicturePart(weight: weight, term: try kind.term()))
            case .sheet(let kind):
                let shape = try shape(kind.target.layer)
                let term = try kind.term(of: SelectedElements(kind.target, in: shape), pictures: pictures)
                sheetParts.append(
                    SheetPart(
                        objective: .summand(summand), address: kind.target.layer,
                        layer: layers.index(of: kind.target.layer), count: shape.extents.count, weight: weight,
                        term: term))
            case .layer(let kind):
                let shape = try shape(kind.target.layer)
                let term = try kind.term(
                    of: SelectedElements(kind.target, in: shape), in: shape, references: references)
                let layer = layers.index(of: kind.target.layer)
                let preceding = weight > 0 && kind.isActivation ? before(kind.target.layer) : nil
                layerParts.append(
                    LayerPart(
                        layer: layer, count: shape.extents.count, weight: weight, term: term,
                        isActivated: preceding != nil,
                        before: wakes ? preceding.map { layers.index(of: $0) } : nil))
            }
        }
    }

    /// The summands, each with the product of the weights that it stands below.
    private static func collect(
        _ objective: Objective, weight: Float, into parts: inout [(summand: Objective.Summand, weight: Float)]
    ) throws(EngineError) {
        guard weight.isFinite else {
            throw .invalidObjective(reason: "The objective has a weight that is not a number: \(weight).")
        }
        switch objective {
        case .summand(let summand): parts.append((summand, weight))
        case .weighted(let factor, let inner): try collect(inner, weight: weight * factor, into: &parts)
        case .plus(let objectives):
            for inner in objectives { try collect(inner, weight: weight, into: &parts) }
        case .named(_, let inner): try collect(inner, weight: weight, into: &parts)
        }
    }

    /// Whether a picture shows nothing of the objective at this value: all of it lies behind an activation function, and
    /// that lets nothing through.
    package func isSilent(at value: Float) -> Bool {
        !layerParts.isEmpty && layerParts.allSatisfy(\.isActivated) && sheetParts.isEmpty && value <= 0
    }

    /// The value on one picture of the batch of what is read from layers, each picture for itself.
    ///
    /// - Parameters:
    ///   - executor: after its forward pass.
    ///   - index: the picture's place in the batch.
    ///   - seedsGradient: whether ∂objective/∂output is added to the executor's output gradients.
    package func evaluate(on executor: any Executor, picture index: Int, seedsGradient: Bool) -> Float {
        var value: Float = 0
        for part in layerParts { value += part.weight * part.value(on: executor, picture: index, seeds: seedsGradient) }
        return value
    }
}

extension ObjectiveEvaluation.LayerPart {
    /// The value of the part's term, without its weight.
    fileprivate func value(on executor: any Executor, picture index: Int, seeds: Bool) -> Float {
        let offset = index * count
        let value = evaluate(layer, offset, on: executor, seeds: seeds && before == nil)
        guard seeds, let before else { return value }
        guard value <= 0 else { return evaluate(layer, offset, on: executor, seeds: true) }
        // What is silent climbs what comes before the activation function, and nothing else.
        _ = evaluate(before, offset, on: executor, seeds: true)
        return value
    }

    private func evaluate(_ layer: LayerIndex, _ offset: Int, on executor: any Executor, seeds: Bool) -> Float {
        executor.readOutput(of: layer) { output in
            guard let output = output.baseAddress else { return 0 }
            guard seeds else { return term.evaluate(output: output + offset, weight: weight, gradient: nil) }
            return executor.writeOutputGradient(of: layer) { gradient in
                term.evaluate(
                    output: output + offset, weight: weight, gradient: gradient.baseAddress.map { $0 + offset })
            }
        }
    }
}
