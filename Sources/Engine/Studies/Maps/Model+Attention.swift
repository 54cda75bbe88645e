import Compute
import Images
import Models
import Platform

extension Model {
    /// Computes the attention of a block's heads in a photograph.
    ///
    /// - Parameters:
    ///   - photograph: of any size; the model's own preprocessing prepares it.
    ///   - block: counted from 0.
    ///   - source: the tokens whose attention is shown; nil for the CLS token, or all patches if the model has none.
    ///   - progress: is called with how many of the rollout's blocks are done.
    /// - Throws: ``EngineError/noAttention(model:family:)``; ``EngineError/outOfRange(what:index:count:place:)`` for a
    ///   block or patch that does not exist; ``EngineError/invalidValue(what:found:expected:)`` for such a token;
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    public func attention(
        of photograph: Image, inBlock block: Int, from source: AttentionSource? = nil,
        cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) -> AttentionMaps {
        let (layout, heads) = try patternShape(inBlock: block)
        let source = source ?? .defaultSource(in: layout)
        let weights = try source.weights(in: layout, of: name)
        let seen = preprocessing.seen(of: photograph)
        let input = preprocessing.tensor(ofSeen: seen)
        var shares: [[Float]] = []
        var rollout = AttentionRollout(source: weights)
        var done = 0
        try forEachPattern(downFrom: block, of: input, cancellation: cancellation) { pattern in
            if shares.isEmpty {
                for head in 0..<heads {
                    let square = layout.count * layout.count
                    let own = UnsafeBufferPointer(rebasing: pattern[head * square..<(head + 1) * square])
                    shares.append(attended(own, heads: 1, from: weights))
                }
            }
            rollout.descend(through: pattern, heads: heads)
            done += 1
            progress?(done, block + 1)
        }
        let marked = source.patch(in: layout)
        func map(_ label: String, _ values: [Float]) -> HeatMap {
            layout.map(label, values, over: seen, marked: marked)
        }
        let mean = (0..<layout.count).map { token in shares.reduce(0) { $0 + $1[token] } / Float(heads) }
        return AttentionMaps(
            block: block, source: source,
            heads: HeatMaps(
                "\(name) block \(block) attention \(source.words(in: layout))",
                maps: shares.enumerated().map { map("head \($0)", $1) }, of: seen),
            mean: map("mean of \(heads) heads", mean),
            rollout: map(block == 0 ? "rollout, block 0" : "rollout, blocks \(block) to 0", rollout.shares))
    }

    /// Computes the attention of all blocks in a photograph: the rollout through them, and the mean over each block's
    /// heads.
    ///
    /// The parameters and errors are those of ``attention(of:inBlock:from:cancellation:progress:)``.
    public func attentionThroughBlocks(
        of photograph: Image, from source: AttentionSource? = nil, cancellation: Cancellation? = nil,
        progress: PictureProgress? = nil
    ) throws(EngineError) -> AttentionThroughBlocks {
        let last = blockCount - 1
        let (layout, _) = try patternShape(inBlock: last)
        let source = source ?? .defaultSource(in: layout)
        let weights = try source.weights(in: layout, of: name)
        var rollout = AttentionRollout(source: weights)
        var means: [[Float]] = []
        try forEachPattern(
            downFrom: last, of: preprocessing.tensor(of: photograph), cancellation: cancellation
        ) { pattern in
            let heads = pattern.count / (layout.count * layout.count)
            means.append(attended(pattern, heads: heads, from: weights))
            rollout.descend(through: pattern, heads: heads)
            progress?(means.count, last + 1)
        }
        let seen = preprocessing.seen(of: photograph)
        let marked = source.patch(in: layout)
        return AttentionThroughBlocks(
            source: source,
            rollout: layout.map("rollout through all blocks", rollout.shares, over: seen, marked: marked),
            blocks: HeatMaps(
                "\(name) attention \(source.words(in: layout))",
                maps: means.reversed().enumerated().map {
                    layout.map("block \($0), mean of its heads", $1, over: seen, marked: marked)
                },
                of: seen))
    }

    /// Returns how many heads a block has, and the layout of their tokens.
    private func patternShape(inBlock block: Int) throws(EngineError) -> (layout: TokenLayout, heads: Int) {
        guard (0..<blockCount).contains(where: { graph.layer(Self.patternAddress($0)) != nil }) else {
            throw .noAttention(model: name, family: family)
        }
        guard (0..<blockCount).contains(block) else {
            throw .outOfRange(what: "block", index: block, count: blockCount, place: name)
        }
        let shape = try layerShape(Self.patternAddress(block))
        guard case .heads(let layout, let heads) = shape else { throw .noAttention(model: name, family: family) }
        return (layout, heads)
    }

    /// Calls `body` with the attention pattern of `last` and of every block below it, from the last to the first.
    ///
    /// If memory does not hold all patterns at once, the model runs several times, for some of the blocks each time.
    private func forEachPattern(
        downFrom last: Int, of input: Tensor, cancellation: Cancellation?,
        _ body: (UnsafeBufferPointer<Float>) -> Void
    ) throws(EngineError) {
        let batch = try InputBatch(input, of: self)
        var upper = last
        var count = last + 1
        while upper >= 0 {
            let blocks = max(0, upper + 1 - count)...upper
            let layers = blocks.map(Self.patternAddress)
            do throws(EngineError) {
                try batch.forEachPiece(of: self, layers: layers, gradient: false, progress: nil) {
                    executor throws(EngineError) in
                    try executor.forward(cancellation: cancellation)
                    for place in layers.indices.reversed() { executor.readOutput(of: LayerIndex(place), body) }
                }
                upper -= blocks.count
            } catch {
                // `body` was not called yet: memory is allocated before the model runs.
                guard case .tooLarge = error, blocks.count > 1 else { throw error }
                count = (blocks.count + 1) / 2
            }
        }
    }

    private static func patternAddress(_ block: Int) -> String { "blocks.\(block).attn.pattern" }
}
