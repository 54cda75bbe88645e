import Compute
import Platform

/// An objective resolved against a model's layers: ready to be evaluated.
package struct ObjectiveEvaluation: Sendable {
    /// A summand that is read from a layer's output.
    struct LayerPart: Sendable {
        let layer: LayerIndex
        /// The number of floats in the layer's output for one picture.
        let count: Int
        let weight: Float
        let term: any LayerTerm
        /// Whether it is the output of an activation function.
        let isActivated: Bool
        /// The layer before the activation function, whose same elements are maximized until these respond; nil if they
        /// are not.
        ///
        /// Where an activation function is flat, it has no gradient, or one in the wrong direction: a GELU falls below
        /// −.75, so that a neuron which starts there ends at 0.
        let preactivation: LayerIndex?
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
        /// The number of floats in the layer's output for one picture.
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
    ///   - objective: the objective, whose targets are in one model.
    ///   - model: that model's name.
    ///   - pictures: the number of pictures in the sheet.
    ///   - references: the activations of the photographs that the objective compares with.
    ///   - preactivation: returns the address of the layer before the activation function at an address; nil for none.
    ///   - climbsPreactivation: whether that layer is maximized until the target responds.
    ///   - layers: the layers that are read from an executor, to which those of the objective are added.
    ///   - shape: returns the output shape of the layer at an address; throws if the model has no such layer.
    /// - Throws: ``EngineError`` `.invalidObjective`, `.invalidValue`, `.outOfRange`, `.unknownLayer`, `.shapeMismatch`.
    package init(
        _ objective: Objective, model: String, pictures: Int = 1,
        references: ReferenceActivations = ReferenceActivations(),
        preactivation: (String) -> String? = { _ in nil }, climbsPreactivation: Bool = false,
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
                let preceding = weight > 0 && kind.isActivation ? preactivation(kind.target.layer) : nil
                layerParts.append(
                    LayerPart(
                        layer: layer, count: shape.extents.count, weight: weight, term: term,
                        isActivated: preceding != nil,
                        preactivation: climbsPreactivation ? preceding.map { layers.index(of: $0) } : nil))
            }
        }
    }

    /// Collects the summands, each with the product of the weights above it.
    private static func collect(
        _ objective: Objective, weight: Float, into parts: inout [(summand: Objective.Summand, weight: Float)]
    ) throws(EngineError) {
        guard weight.isFinite else {
            throw .invalidObjective(reason: "The objective has a weight that is NaN or infinite: \(weight).")
        }
        switch objective {
        case .summand(let summand): parts.append((summand, weight))
        case .weighted(let factor, let inner): try collect(inner, weight: weight * factor, into: &parts)
        case .plus(let objectives):
            for inner in objectives { try collect(inner, weight: weight, into: &parts) }
        case .named(_, let inner): try collect(inner, weight: weight, into: &parts)
        }
    }

    /// Returns whether a picture with this value shows nothing of the objective: all of it is behind an activation
    /// function whose output is 0 or less.
    package func isSilent(at value: Float) -> Bool {
        !layerParts.isEmpty && layerParts.allSatisfy(\.isActivated) && sheetParts.isEmpty && value <= 0
    }

    /// Returns the value of the layers' part of the objective on one picture of the batch, without the comparisons.
    ///
    /// - Parameters:
    ///   - executor: after its forward pass.
    ///   - index: the picture's index in the batch.
    ///   - seedsGradient: whether ∂objective/∂output is added to the executor's output gradients.
    package func evaluate(on executor: any Executor, picture index: Int, seedsGradient: Bool) -> Float {
        var value: Float = 0
        for part in layerParts { value += part.weight * part.value(on: executor, picture: index, seeds: seedsGradient) }
        return value
    }
}

extension ObjectiveEvaluation.LayerPart {
    /// Returns the value of the part's term, without its weight.
    fileprivate func value(on executor: any Executor, picture index: Int, seeds: Bool) -> Float {
        let offset = index * count
        let value = evaluate(layer, offset, on: executor, seeds: seeds && preactivation == nil)
        guard seeds, let preactivation else { return value }
        guard value <= 0 else { return evaluate(layer, offset, on: executor, seeds: true) }
        // As long as the part does not respond, only the layer before the activation function is maximized.
        _ = evaluate(preactivation, offset, on: executor, seeds: true)
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
