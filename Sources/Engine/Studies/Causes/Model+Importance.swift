import Compute
import Images
import Models
import Platform
import Visualization

extension Model {
    /// Replaces one part of the model after another, and measures what is left of an objective.
    ///
    /// Several parts of a layer are computed as one batch, and only what follows them.
    ///
    /// - Parameters:
    ///   - parts: heads, MLPs, blocks, patches: at least one.
    ///   - objective: an objective whose targets lie in this model.
    ///   - photograph: of any size; the model's own preprocessing prepares it.
    ///   - replacement: what takes the place of a part.
    ///   - references: the activations of photographs that the objective compares with; see
    ///     ``references(for:photographs:cancellation:)``.
    ///   - progress: is called with how many of how many parts are done, and can ask for the result so far.
    /// - Returns: all effects, or those before an interrupt.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` without parts, and for a part that cannot be replaced so;
    ///   ``EngineError/invalidObjective(reason:)``, ``EngineError/outOfRange(what:index:count:place:)``,
    ///   ``EngineError/unknownLayer(address:model:near:)``, ``EngineError/tooLarge(what:neededBytes:availableBytes:)``;
    ///   ``EngineError/cancelled`` when interrupted before the first part.
    public func importance(
        of parts: [Importance.Part], for objective: Objective, at photograph: Image,
        replacedBy replacement: Importance.Replacement = .value(0),
        references: ReferenceActivations = ReferenceActivations(), cancellation: Cancellation? = nil,
        progress: ((_ done: Int, _ total: Int, _ soFar: () -> Importance) -> Void)? = nil
    ) throws(EngineError) -> Importance {
        let sweep = try Sweep(self, parts, objective, references, at: photograph, replacement, cancellation)
        var effects: [Importance.Effect] = []
        func result() -> Importance {
            Importance(
                model: name, label: words(of: objective), replacement: sweep.words, value: sweep.value,
                otherValue: sweep.otherValue, effects: effects, total: parts.count,
                photograph: preprocessing.seen(of: photograph))
        }
        do throws(EngineError) {
            for group in sweep.groups {
                try sweep.run(group) { part, value in
                    effects.append(
                        .init(part: part, words: part.words(in: self), value: value, loss: sweep.value - value))
                    progress?(effects.count, parts.count, result)
                }
            }
        } catch {
            guard case .cancelled = error, !effects.isEmpty else { throw error }
        }
        return result()
    }
}

extension Importance.Part {
    /// The part in words.
    func words(in model: Model) -> String {
        switch self {
        case .block(let address): return address
        case .target(var target):
            // Every token is meant wherever none is named.
            if target.tokens == .all { target.tokens = .patches }
            return target.words(in: try? model.layer(target.layer).shape, classes: model.classes)
        }
    }
}

/// A sweep over parts of a model, with everything that they share computed once.
private struct Sweep {
    /// Parts of one layer, which are computed together.
    struct Group {
        let node: Int
        var parts: [(part: Importance.Part, replaced: [Float])]
    }

    private(set) var groups: [Group] = []
    let value: Float
    let otherValue: Float?
    let words: String
    private let model: Model
    private let objective: Objective
    private let references: ReferenceActivations
    private let values: NodeValues
    private let cancellation: Cancellation?

    init(
        _ model: Model, _ parts: [Importance.Part], _ objective: Objective, _ references: ReferenceActivations,
        at photograph: Image, _ replacement: Importance.Replacement, _ cancellation: Cancellation?
    ) throws(EngineError) {
        guard !parts.isEmpty else {
            throw .invalidValue(
                what: "The number of parts", found: "0", expected: "1 or more, such as every head: `vit.heads`")
        }
        self.model = model
        self.objective = objective
        self.references = references
        self.cancellation = cancellation
        let input = model.preprocessing.tensor(of: photograph)
        let graph = model.graph
        value = try model.values(
            of: objective, on: input, references: references, cancellation: cancellation)[0]
        let wanted = try model.nodes(of: objective.layers)
        var nodes: [Int] = []
        for part in parts { nodes.append(try model.place(of: part).node) }
        var needed = Set(nodes)
        for node in Set(nodes) { needed.formUnion(graph.frontier(from: node, to: wanted)) }
        for case .block(let address) in parts { needed.insert(try model.place(of: .block(address)).input) }
        values = try NodeValues(of: model, nodes: needed, at: input, cancellation: cancellation)
        var other: NodeValues?
        switch replacement {
        case .value(let value):
            words = Objective.number(value)
            otherValue = nil
        case .means(let means):
            words = "their mean over “\(means.first?.folder ?? "")”"
            otherValue = nil
        case .photograph(let image, let name):
            words = "what “\(name)” gives"
            let input = model.preprocessing.tensor(of: image)
            otherValue = try model.values(
                of: objective, on: input, references: references, cancellation: cancellation)[0]
            other = try NodeValues(of: model, nodes: nodes, at: input, cancellation: cancellation)
        }
        var groupOfNode: [Int: Int] = [:]
        for (part, node) in zip(parts, nodes) {
            let replaced = try replaced(part, node, replacement, other)
            if let index = groupOfNode[node] {
                groups[index].parts.append((part, replaced))
            } else {
                groupOfNode[node] = groups.count
                groups.append(Group(node: node, parts: [(part, replaced)]))
            }
        }
    }

    /// Returns a node's result with a part replaced.
    private func replaced(
        _ part: Importance.Part, _ node: Int, _ replacement: Importance.Replacement, _ other: NodeValues?
    ) throws(EngineError) -> [Float] {
        guard case .target(let target) = part else {
            if case .photograph = replacement, let other { return other[node] }
            guard case .value(0) = replacement else {
                throw .invalidValue(
                    what: "What takes the place of \(part.layer)", found: "not 0",
                    expected: "0, with which its input goes on, or another photograph")
            }
            return values[try model.place(of: part).input]
        }
        let intervention = Intervention(target, .set(to: 0))
        let elements = try SelectedElements(
            intervention.target(in: model.name), in: try model.layer(target.layer).shape)
        let place = try model.changePlace(at: target.layer, rows: elements.rows, features: elements.features)
        var result = values[node]
        let width = model.graph.nodes[node].shape[-1]
        let given: [Float]?
        if case .means(let means) = replacement {
            guard let mean = means.first(where: { $0.layer == target.layer }) else {
                throw .invalidValue(what: "The mean of \(target.layer)", found: "missing", expected: "measured before")
            }
            given = mean.elements(elements, in: try model.layer(target.layer).shape)
        } else {
            given = nil
        }
        for (row, ownRow) in place.rows.enumerated() {
            for (feature, ownFeature) in place.features.enumerated() {
                let index = ownRow * width + ownFeature
                switch replacement {
                case .value(let value): result[index] = value
                case .photograph: result[index] = other?[node][index] ?? 0
                case .means:
                    // In the layer's own order, which a transposition exchanges.
                    let (a, b) = place.isTransposed ? (feature, row) : (row, feature)
                    result[index] = given?[a * elements.features.count + b] ?? 0
                }
            }
        }
        return result
    }

    /// Computes the objective for each part of a group.
    func run(_ group: Group, _ body: (Importance.Part, Float) -> Void) throws(EngineError) {
        let size = min(group.parts.count, ObjectiveAfterNode.largestPiece)
        let after = try ObjectiveAfterNode(
            objective, of: model, references: references, after: group.node, values: values, batch: size,
            cancellation: cancellation)
        for start in stride(from: 0, to: group.parts.count, by: size) {
            try cancellation?.check()
            let piece = group.parts[start..<min(start + size, group.parts.count)]
            for (part, value) in zip(piece, try after.values(of: piece.map(\.replaced))) { body(part.part, value) }
        }
    }
}

extension LayerMean {
    /// Returns the mean of each selected element, `[rows, features]`.
    fileprivate func elements(_ elements: SelectedElements, in shape: LayerShape) -> [Float] {
        let means = values(of: elements.features)
        let width = elements.features.count
        let last = values.shape[0] - 1
        return elements.rows.flatMap { row in means[min(row, last) * width..<(min(row, last) + 1) * width] }
    }
}

extension Model {
    /// Returns the node that a part is replaced in, and the node of a block's input.
    fileprivate func place(of part: Importance.Part) throws(EngineError) -> (node: Int, input: Int) {
        switch part {
        case .block(let address):
            guard let nodes = blockNodes(address) else {
                throw .invalidValue(
                    what: "The block", found: address,
                    expected: "one whose output has the shape of its input, such as “blocks.0”")
            }
            return (nodes.output, nodes.input)
        case .target(let target):
            let shape = try layer(target.layer).shape
            let elements = try SelectedElements(Intervention(target, .skipped).target(in: name), in: shape)
            let place = try changePlace(at: target.layer, rows: elements.rows, features: elements.features)
            return (place.node, place.node)
        }
    }
}

// Sweeps that are read at all features of a layer at once.
extension Model {
    /// Computes the mean over the tokens of each feature of a layer, without one part of the model after another.
    ///
    /// - Parameters:
    ///   - parts: targets, which are set to 0.
    ///   - address: a layer with tokens, or with one row.
    /// - Returns: the means of the whole model, `[features]`, and without each part, `[parts][features]`.
    /// - Throws: as ``importance(of:for:at:replacedBy:references:cancellation:progress:)``.
    package func means(
        of address: String, withoutEach parts: [Importance.Part], at photograph: Image, cancellation: Cancellation?
    ) throws(EngineError) -> (whole: [Double], without: [[Double]]) {
        let (shape, wanted) = (try layer(address).shape, try nodes(of: [address]))
        let rows = try Target(model: name, layer: address).tokenIndices(in: shape)
        var groups: [Int: [(place: Int, target: Target)]] = [:]
        var needed = Set(wanted)
        for (place, part) in parts.enumerated() {
            guard case .target(let target) = part else { continue }
            let node = try self.place(of: part).node
            guard graph.depends(wanted[0], on: node) else { continue }
            groups[node, default: []].append((place, target))
            needed.formUnion(graph.frontier(from: node, to: wanted) + [node])
        }
        let values = try NodeValues(
            of: self, nodes: needed, at: preprocessing.tensor(of: photograph), cancellation: cancellation)
        let whole = values[wanted[0]].withUnsafeBufferPointer { shape.means(of: rows, in: $0, picture: 0) }
        var without = parts.map { _ in whole }
        for (node, own) in groups {
            try cancellation?.check()
            let batch = min(own.count, ObjectiveAfterNode.largestPiece)
            let executor = try makeExecutor(
                of: graph.following(node, to: wanted, constants: values.constants), layers: [address], batch: batch,
                gradient: false)
            for start in stride(from: 0, to: own.count, by: batch) {
                let piece = own[start..<min(start + batch, own.count)]
                var inputs: [Float] = []
                for part in piece { inputs += try silenced(part.target, in: values[node]) }
                executor.writeInput { input in
                    _ = UnsafeMutableBufferPointer(rebasing: input[..<inputs.count]).update(fromContentsOf: inputs)
                }
                try executor.forward(cancellation: cancellation)
                executor.readOutput(of: LayerIndex(0)) { output in
                    for (picture, part) in piece.enumerated() {
                        without[part.place] = shape.means(of: rows, in: output, picture: picture)
                    }
                }
            }
        }
        return (whole, without)
    }

    /// Returns a node's result in which a target's elements are 0.
    private func silenced(_ target: Target, in output: [Float]) throws(EngineError) -> [Float] {
        let elements = try SelectedElements(
            Intervention(target, .set(to: 0)).target(in: name), in: try layer(target.layer).shape)
        let place = try changePlace(at: target.layer, rows: elements.rows, features: elements.features)
        let width = graph.nodes[place.node].shape[-1]
        var output = output
        for row in place.rows {
            for feature in place.features { output[row * width + feature] = 0 }
        }
        return output
    }
}
