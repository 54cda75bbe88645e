import Compute
import Platform

/// A change of what a layer of a model passes on, made without touching its weights.
public protocol ModelChange: Sendable {
    /// The change in words that follow the model's name: "without blocks.5.attn.heads head 2".
    var words: String { get }
}

extension Model {
    /// Returns the name of a model with changes: "vit without blocks.5.attn.heads head 2".
    public static func name(_ base: String, changedBy changes: [any ModelChange]) -> String {
        changes.isEmpty ? base : "\(base) \(changes.map(\.words).joined(separator: ", "))"
    }

    /// Returns the model with another graph, which a change has made; the weights stay where they are.
    package func changed(by change: any ModelChange, to graph: Graph) -> Model {
        Model(self, graph: graph, changes: changes + [change], on: backend)
    }

    /// Returns the model with another graph that computes the same; its name and the hash of its own graph stay.
    package func withGraph(_ graph: Graph) -> Model { Model(self, graph: graph, changes: changes, on: backend) }

    /// Returns the nodes at which some rows and features of a layer can be changed so that everything that follows reads
    /// the change, with the rows and features there.
    ///
    /// Queries, keys and values are parts of one result, and a mixer's hidden tokens are a transposed copy of one: what
    /// follows reads the whole result, not the part that has the name.
    ///
    /// - Returns: the node, its rows and features, and whether these are exchanged.
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``.
    package func changePlace(
        at address: String, rows: [Int], features: [Int]
    ) throws(EngineError) -> (node: Int, rows: [Int], features: [Int], isTransposed: Bool) {
        guard var node = graph.node(address) else {
            throw .unknownLayer(address: address, model: name, near: nearestAddresses(to: address, among: graph.names))
        }
        var (rows, features, isTransposed) = (rows, features, false)
        while let operation = graph.nodes[node].operation, let input = graph.nodes[node].inputs.first {
            switch operation.descriptor {
            case .selectFeatures(let range): features = features.map { $0 + range.lowerBound }
            case .transpose:
                (rows, features) = (features, rows)
                isTransposed.toggle()
            default: return (node, rows, features, isTransposed)
            }
            node = input
        }
        return (node, rows, features, isTransposed)
    }

    /// Returns the operation that changes some elements of a layer, and the node behind which it stands.
    ///
    /// - Parameters:
    ///   - factor: what the elements are multiplied by.
    ///   - shift: what is added to them, `[rows, features]`; nil for nothing.
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``.
    package func alteration(
        at address: String, rows: [Int], features: [Int], factor: Float, shift: [Float]?
    ) throws(EngineError) -> (operation: AlterElements, node: Int) {
        let place = try changePlace(at: address, rows: rows, features: features)
        let parameter = shift.map { shift in
            let parameter = Parameter(Tensor(shift, shape: [rows.count, features.count]))
            return place.isTransposed ? parameter.transposed() : parameter
        }
        return (
            AlterElements(rows: place.rows, features: place.features, factor: factor, shift: parameter), place.node
        )
    }

    /// Creates an executor of a graph made from this model's.
    ///
    /// - Throws: the errors of ``makeExecutor(layers:batch:gradient:)``.
    package func makeExecutor(
        of graph: Graph, layers: [String], batch: Int, gradient: Bool
    ) throws(EngineError) -> any Executor {
        try backend.compile(
            Plan(
                graph, layers: layers, batch: batch, gradient: gradient, model: name,
                check: { [self] () throws(EngineError) in try check() }))
    }
}
