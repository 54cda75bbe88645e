import Compute
import Models
import Platform
import Visualization

/// Gradient ⊙ attention, followed from what an objective reads down to the patches.
///
///     Ā = mean over the heads of (∇A ⊙ A)⁺
///     r ← r + r · Ā            in every block, from the last to the first
///
/// r starts at what the objective reads: at the tokens of its own layer, at the class token or all patches for the head, at
/// r = Ā of the learned query where the head's input is pooled by attention. That is the row of R ← R + Ā · R that the map
/// shows, without the other rows.
///
/// In windows Ā is 0 between different windows, as is the attention. Between the stages of a model, a patch that was merged
/// of several passes its relevance to them in equal parts, as in ``AttentionRollout``. Where the class token alone attends,
/// in CaiT's last blocks, r ← r + r_CLS · Ā.
///
/// Source: Chefer, Gur and Wolf 2021, arXiv:2103.15679, eq. 5, 6 and 10 (the method without LRP).
struct AttentionRelevance {
    /// An attention pattern on the way down.
    private struct Step {
        enum Kind {
            /// Every token attends to every other, or to those of its window.
            case tokens(PatternLayout)
            /// The class token attends.
            case classToken(heads: Int)
            /// A learned query attends.
            case query(heads: Int)
        }

        let node: Int
        let kind: Kind
        let tokens: TokenLayout
    }

    private let work: RelevanceWork
    private let settings: Relevance.Settings
    private let wanted: [Int]
    /// From the first to the last.
    private let steps: [Step]

    /// Determines the patterns that the objective depends on.
    ///
    /// - Throws: ``EngineError/noAttention(model:family:)``, ``EngineError/outOfRange(what:index:count:place:)``;
    ///   ``EngineError/invalidValue(what:found:expected:)`` where a block attends in another way, and for an objective that
    ///   depends on no attention.
    init(_ work: RelevanceWork, _ settings: Relevance.Settings) throws(EngineError) {
        self.work = work
        self.settings = settings
        wanted = try work.model.nodes(of: work.objective.layers)
        let model = work.model
        let all = model.graph.layers.compactMap { Self.step($0, of: model) }.sorted { $0.node < $1.node }
        guard !all.isEmpty else { throw .noAttention(model: model.name, family: model.family) }
        let blocks = model.blockCount
        if let block = settings.block, !(0..<blocks).contains(block) {
            throw .outOfRange(what: "block", index: block, count: blocks, place: model.name)
        }
        let graph = model.graph
        let wanted = wanted
        let read = all.filter { step in wanted.contains { graph.depends($0, on: step.node) } }
        guard let last = read.last else {
            throw .invalidValue(
                what: "What the map explains", found: "a layer before the first attention of \(model.name)",
                expected: "a later layer, or `by: .gradCAM`")
        }
        if settings.method == .gradientAttention {
            let address = settings.block.map { "blocks.\($0).attn.pattern" }
            let own = address.map { address in read.filter { graph.node(address) == $0.node } } ?? [last]
            guard !own.isEmpty else { throw Self.otherAttention(model, block: settings.block ?? 0) }
            steps = own
            return
        }
        let first = settings.block ?? 0
        for block in first..<blocks {
            guard let node = graph.node("blocks.\(block)"), wanted.contains(where: { graph.depends($0, on: node) })
            else { continue }
            guard graph.layer("blocks.\(block).attn.pattern")?.shape.isPattern == true else {
                throw Self.otherAttention(model, block: block)
            }
        }
        let start = graph.node("blocks.\(first).attn.pattern") ?? 0
        steps = read.filter { $0.node >= start }
    }

    private static func step(_ layer: Layer, of model: Model) -> Step? {
        guard layer.address.hasSuffix(".pattern"), let node = model.graph.node(layer.address) else { return nil }
        switch layer.shape {
        case .pooling(let tokens, let heads):
            let isClassToken = layer.address.hasPrefix("class_blocks.")
            return Step(
                node: node, kind: isClassToken ? .classToken(heads: heads) : .query(heads: heads), tokens: tokens)
        case let shape: return PatternLayout(shape).map { Step(node: node, kind: .tokens($0), tokens: $0.tokens) }
        }
    }

    private static func otherAttention(_ model: Model, block: Int) -> EngineError {
        .invalidValue(
            what: "The method of the map", found: ".chefer",
            expected:
                "`.gradCAM` or `.integratedGradients` for \(model.name): it follows attention among all tokens, and block "
                + "\(block) of this \(model.family) attends in another way")
    }

    /// Computes the map.
    ///
    /// - Returns: the relevance of each token of the first block that is used, and the objective's value.
    func map() throws(EngineError) -> (layout: TokenLayout, values: [Float], value: Float) {
        let graph = work.model.graph
        var needed = Set(steps.map(\.node))
        for step in steps { needed.formUnion(graph.frontier(from: step.node, to: wanted)) }
        let values = try NodeValues(
            of: work.model, nodes: needed, at: work.input, cancellation: work.cancellation)
        guard var layout = steps.last?.tokens, let lowest = steps.first?.tokens else {
            preconditionFailure("there are steps")
        }
        var relevance = try source(layout)
        var value: Float = 0
        for (done, step) in steps.reversed().enumerated() {
            let after = try ObjectiveAfterNode(
                work.objective, of: work.model, references: work.references, after: step.node, values: values,
                gradient: true, cancellation: work.cancellation)
            let pattern = values[step.node]
            let found = try after.gradient(at: pattern)
            value = found.value
            relevance = Self.moved(relevance, from: layout, to: step)
            layout = step.tokens
            let weighted = zip(pattern, found.gradient).map { max($0 * $1, 0) }
            relevance = descended(relevance, through: weighted, step)
            work.progress?(done + 1, steps.count)
        }
        return (lowest, relevance, value)
    }

    /// Returns the weights of the tokens that the objective reads, `[tokens]`.
    private func source(_ layout: TokenLayout) throws(EngineError) -> [Float] {
        var weights = [Float](repeating: 0, count: layout.count)
        let targets = work.objective.targets
        for target in targets {
            let shape = try work.model.layer(target.layer).shape
            guard case .tokens(let own, _) = shape, own == layout else {
                return try defaultSource(layout).weights(in: layout, of: work.model.name)
            }
            let tokens = try target.tokenIndices(in: shape)
            for token in tokens { weights[token] += 1 / Float(tokens.count * targets.count) }
        }
        return weights
    }

    /// The tokens of the head's input.
    private func defaultSource(_ layout: TokenLayout) -> AttentionSource {
        work.model.computedSettings.pooling == .mean ? .patches : .defaultSource(in: layout)
    }

    /// Returns the relevance of the tokens of an upper block as that of a lower one's.
    private static func moved(_ relevance: [Float], from upper: TokenLayout, to step: Step) -> [Float] {
        guard upper != step.tokens else { return relevance }
        let patches = Array(relevance[upper.firstPatch...])
        guard case .tokens(let layout) = step.kind,
            upper.rows != step.tokens.rows || upper.columns != step.tokens.columns
        else {
            // Special tokens that are only in one of them.
            let special = step.tokens.special.map { name in
                upper.special.firstIndex(of: name).map { relevance[$0] } ?? 0
            }
            return special + patches
        }
        return layout.spread(patches, from: upper)
    }

    /// Returns r + r · Ā.
    private func descended(_ relevance: [Float], through weighted: [Float], _ step: Step) -> [Float] {
        var passed: [Float]
        switch step.kind {
        case .tokens(let layout):
            passed = weighted.withUnsafeBufferPointer { layout.attended($0, heads: layout.heads, from: relevance) }
        case .classToken(let heads):
            let share = step.tokens.special.firstIndex(of: "CLS").map { relevance[$0] } ?? 0
            passed = Self.meanRow(weighted, heads: heads, of: step.tokens).map { share * $0 }
        case .query(let heads):
            // The query is no token, so what the tokens had before does not count.
            return Self.meanRow(weighted, heads: heads, of: step.tokens)
        }
        guard settings.method == .chefer else { return passed }
        for token in passed.indices { passed[token] += relevance[token] }
        return passed
    }

    /// Returns the mean over the heads of a query's rows, `[tokens]`.
    private static func meanRow(_ weighted: [Float], heads: Int, of tokens: TokenLayout) -> [Float] {
        (0..<tokens.count).map { token in
            (0..<heads).reduce(0) { $0 + weighted[$1 * tokens.count + token] } / Float(heads)
        }
    }
}
