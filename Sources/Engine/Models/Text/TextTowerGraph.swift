import Checkpoints
import Compute
import Platform

/// A text tower's computation for texts of each length, and its table of embeddings.
///
/// The table is looked up outside of the graph, whose input is `[tokens, width]`. With a causal mask, the tokens after
/// the one that counts change nothing, so a short text is computed with few tokens.
struct TextTowerGraph: Sendable {
    /// The address of the features of every token.
    static let output = "embedding"

    private let whole: Graph
    private let table: Parameter
    private let positions: Parameter
    private let pooling: TextPooling
    private let padding: Int
    private let isCausal: Bool

    /// Reads the tower.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)``,
    ///   ``EngineError/shapeMismatch(place:expected:found:)``, ``EngineError/invalidValue(what:found:expected:)``.
    init(
        _ checkpoint: any Checkpoint, _ spelling: TextTowerNames, _ settings: TextSettings, _ team: ThreadTeam
    ) throws(EngineError) {
        let weights = WeightReader(checkpoint, team).spelling(spelling.names)
        table = try checkpoint.parameter(spelling.table)
        positions = try checkpoint.parameter(spelling.positions)
        guard table.shape.rank == 2, positions.shape.rank == 2, table.shape[1] == positions.shape[1] else {
            throw .shapeMismatch(
                place: "The tensor “\(spelling.positions)” of “\(checkpoint.path)”",
                expected: [positions.shape.dimensions.first ?? 0, table.shape[-1]], found: positions.shape)
        }
        pooling = settings.pooling ?? (spelling.isSigLIP ? .last : .largest)
        padding = settings.padding ?? (spelling.isSigLIP ? 1 : 0)
        isCausal = !(settings.looksAhead ?? spelling.isSigLIP)
        let width = table.shape[1]
        let heads = settings.heads ?? max(width / 64, 1)
        guard heads > 0, width.isMultiple(of: heads) else {
            throw .invalidValue(
                what: "The number of heads of the text tower", found: "\(heads)", expected: "a divisor of \(width)")
        }
        let epsilon = settings.epsilon ?? spelling.epsilon
        let length = positions.shape[0]
        let activation = settings.activation ?? (spelling.isSigLIP ? .gelu : .quickGELU)
        var block = TransformerBlock(
            heads: heads, epsilon: epsilon, activation: activation, gate: .silu, normsAfterParts: false,
            parts: TransformerBlock.Parts(weights))
        if isCausal { block.scores.mask = Self.causalMask(length) }
        var graph = GraphBuilder(
            input: [length, width], layout: TokenLayout(special: [], rows: 1, columns: length), names: weights.names)
        var x = try graph.apply(AssembleTokens(special: nil, positions: positions), graph.picture)
        graph.name(x, "tokens")
        for index in 0..<weights.blockCount {
            x = try block.append(to: &graph, x, weights["blocks"][index], index: index, at: "blocks.\(index)")
        }
        x = try graph.layerNorm(x, weights["norm"], epsilon: epsilon)
        graph.name(x, "norm")
        if let features = weights["head"].shape("weight")?.dimensions.first {
            x = try graph.linear(x, weights["head"], features, bias: weights["head"].has("bias"))
        } else if let features = weights["head"].shape("transposed")?.dimensions.last {
            let projection = try weights["head"].parameter("transposed", [width, features]).transposed()
            x = try graph.apply(Linear(weight: projection, bias: nil), x)
        }
        graph.name(x, Self.output)
        try weights.finish()
        whole = graph.build()
    }

    /// Returns the number of tokens with which a text of `count` tokens is computed.
    func paddedLength(_ count: Int) -> Int {
        let longest = positions.shape[0]
        guard isCausal, pooling != .last else { return longest }
        return min(max((count + Self.lengthStep - 1) / Self.lengthStep, 1) * Self.lengthStep, longest)
    }

    private static let lengthStep = 8

    /// Returns the computation for texts of `length` tokens. It shares the weights of all others.
    func graph(_ length: Int) throws(EngineError) -> Graph {
        guard length < positions.shape[0] else { return whole }
        var nodes = [Graph.Node(operation: nil, inputs: [], shape: [length, positions.shape[1]])]
        for node in whole.nodes.dropFirst() {
            guard var operation = node.operation else { continue }
            switch operation.descriptor {
            case .assembleTokens:
                let first = Parameter(positions.values, shape: [length, positions.shape[1]], in: positions)
                operation = AssembleTokens(special: nil, positions: first)
            case .attentionWeights(let heads, _, _, _):
                operation = AttentionWeights(heads: heads, mask: Self.causalMask(length))
            default: break
            }
            let shape = try operation.outputShape(node.inputs.map { nodes[$0].shape })
            nodes.append(Graph.Node(operation: operation, inputs: node.inputs, shape: shape))
        }
        let layer = Layer(address: Self.output, shape: .vector(features: nodes[nodes.count - 1].shape[-1]))
        return Graph(nodes: nodes, layers: [(layer, nodes.count - 1)])
    }

    /// Returns the mask with which no token attends to one after it, `[1, tokens, tokens]`.
    private static func causalMask(_ tokens: Int) -> Parameter {
        Parameter(shape: [1, tokens, tokens]) { mask in
            for row in 0..<tokens {
                for column in 0..<tokens { mask[row * tokens + column] = column > row ? -.infinity : 0 }
            }
        }
    }

    /// Writes the embeddings of a text's tokens into an executor's input.
    ///
    /// - Throws: ``EngineError/outOfRange(what:index:count:place:)``.
    func write(
        _ tokens: [Int], length: Int, at place: Int, to executor: any Executor, model: String
    ) throws(EngineError) {
        let (known, width) = (table.shape[0], table.shape[1])
        let all = tokens.prefix(length) + [Int](repeating: padding, count: max(length - tokens.count, 0))
        for token in all where !(0..<known).contains(token) {
            throw .outOfRange(what: "token", index: token, count: known, place: "the text tower of \(model)")
        }
        executor.writeInput { input in
            guard let start = input.baseAddress.map({ $0 + place * length * width }) else { return }
            for (row, token) in all.enumerated() {
                (start + row * width).update(from: table.values + token * width, count: width)
            }
        }
    }

    /// Returns the features of a text after the forward pass.
    func read(_ tokens: [Int], length: Int, at place: Int, from executor: any Executor) -> [Float] {
        let row: Int
        switch pooling {
        case .first: row = 0
        case .last: row = length - 1
        case .largest:
            let largest = tokens.max() ?? 0
            row = tokens.firstIndex(of: largest) ?? 0
        // transformers takes the first token if none is the one looked for.
        case .token(let token): row = tokens.firstIndex(of: token) ?? 0
        }
        return executor.readOutput(of: LayerIndex(0)) { output in
            let features = output.count / executor.plan.batch / length
            let start = (place * length + row) * features
            return Array(output[start..<start + features])
        }
    }
}
