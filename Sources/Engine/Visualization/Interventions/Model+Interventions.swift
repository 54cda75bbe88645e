import Compute
import Images
import Models
import Platform

extension Model {
    /// Returns the model with further interventions, each on what the ones before it have made.
    ///
    /// The weights are shared: nothing is copied. Patched values are computed once, by the model as it is before the
    /// intervention, and stay the same for every picture.
    ///
    /// - Parameters:
    ///   - photographs: those that interventions take values from, in any order, identified by their pixels.
    ///   - dictionaries: those that read layers, in any order, identified by their references.
    /// - Throws: ``EngineError/invalidObjective(reason:)`` or ``EngineError/outOfRange(what:index:count:place:)`` for a
    ///   target that the layer does not have; ``EngineError/invalidValue(what:found:expected:)`` for values that do not fit
    ///   or a photograph that is missing; ``EngineError/unknownLayer(address:model:near:)``;
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    public func changed(
        by interventions: [Intervention], photographs: [Image] = [], dictionaries: [LatentDictionary] = [],
        cancellation: Cancellation? = nil
    ) throws(EngineError) -> Model {
        var model = self
        for intervention in interventions {
            if let reference = intervention.dictionary {
                guard let dictionary = dictionaries.first(where: { $0.reference == reference }) else {
                    throw .invalidValue(
                        what: "The dictionary “\(reference.name)”", found: "missing",
                        expected: "the one whose file has the SHA-256 \(reference.sha256)")
                }
                model = model.changed(
                    by: intervention, to: try model.graph(coding: intervention.layer, by: dictionary))
            } else {
                model = try model.changed(by: intervention, photographs, cancellation)
            }
        }
        return model
    }

    private func changed(
        by intervention: Intervention, _ photographs: [Image], _ cancellation: Cancellation?
    ) throws(EngineError) -> Model {
        if case .skipped = intervention.change {
            guard let nodes = blockNodes(intervention.layer) else {
                throw .invalidValue(
                    what: "The block to skip", found: intervention.layer,
                    expected: "a block whose output has the shape of its input, such as “blocks.0”")
            }
            return changed(by: intervention, to: graph.bypassing(nodes.output, with: nodes.input))
        }
        let place = try InterventionPlace(intervention, in: self)
        let (factor, shift) = try place.arithmetic(self, photographs, cancellation)
        let (operation, node) = try alteration(
            at: intervention.layer, rows: place.elements.rows, features: place.elements.features, factor: factor,
            shift: shift)
        if let graph = try graph(alteringLatentsAt: intervention.layer, by: operation) {
            return changed(by: intervention, to: graph)
        }
        return changed(by: intervention, to: graph.inserting(operation, after: node))
    }

    /// Returns the nodes of a block's output and input; nil if it is no block, or if their shapes differ.
    package func blockNodes(_ address: String) -> (output: Int, input: Int)? {
        guard let output = graph.node(address), let input = graph.node("\(address).before"), input < output,
            graph.nodes[output].shape == graph.nodes[input].shape
        else { return nil }
        return (output, input)
    }
}

/// The elements that an intervention changes in a model, and their new values.
private struct InterventionPlace {
    let intervention: Intervention
    let shape: LayerShape
    let elements: SelectedElements

    init(_ intervention: Intervention, in model: Model) throws(EngineError) {
        self.intervention = intervention
        shape = try model.layer(intervention.layer).shape
        elements = try SelectedElements(intervention.target(in: model.name), in: shape)
    }

    /// Returns what the elements are multiplied by, and what is added to them, `[rows, features]`.
    func arithmetic(
        _ model: Model, _ photographs: [Image], _ cancellation: Cancellation?
    ) throws(EngineError) -> (factor: Float, shift: [Float]?) {
        switch intervention.change {
        case .skipped, .coded: return (1, nil)
        case .scaled(let factor):
            try requireFinite([factor], "The factor")
            return (factor, nil)
        case .set(let value):
            try requireFinite([value], "The value")
            return (0, value == 0 ? nil : [Float](repeating: value, count: elements.count))
        case .added(let vector, let times):
            let multiple = vector.map { $0 * times }
            try requireFinite(multiple, "The direction")
            try requireCount(multiple.count, elements.features.count, "The direction")
            return (1, elements.rows.flatMap { _ in multiple })
        case .mean(let values, _):
            try requireFinite(values, "The mean")
            return (0, try means(values))
        case .patched(let photograph):
            let image = try GivenPhotographs(photographs).image(of: photograph)
            let output = try model.activations(
                at: intervention.layer, of: model.preprocessing.tensor(of: image), cancellation: cancellation)
            return (0, elements.gathered(output.values))
        }
    }

    /// Returns the mean of every element, from those of the special tokens and of all patches.
    private func means(_ values: [Float]) throws(EngineError) -> [Float] {
        let width = elements.features.count
        let rowOf: (Int) -> Int
        let rows: Int
        switch shape {
        case .tokens(let layout, _): (rows, rowOf) = (layout.special.count + 1, { min($0, layout.special.count) })
        default: (rows, rowOf) = (shape.rowCount, { $0 })
        }
        try requireCount(values.count, rows * width, "The mean")
        return elements.rows.flatMap { row in values[rowOf(row) * width..<(rowOf(row) + 1) * width] }
    }

    private func requireCount(_ found: Int, _ expected: Int, _ what: String) throws(EngineError) {
        guard found != expected else { return }
        throw .invalidValue(
            what: "\(what) for \(intervention.layer)", found: "of \(found) numbers",
            expected: "of \(expected), one for each of the features that are changed")
    }

    private func requireFinite(_ values: [Float], _ what: String) throws(EngineError) {
        guard let bad = values.first(where: { !$0.isFinite }) else { return }
        throw .invalidValue(what: what, found: "\(bad)", expected: "finite numbers")
    }
}

extension SelectedElements {
    /// Returns the elements, `[rows, features]`, of a layer's output.
    package func gathered(_ output: [Float]) -> [Float] {
        rows.flatMap { row in features.map { output[row * rowLength + $0] } }
    }
}
