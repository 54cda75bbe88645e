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
        let patterns = try patternLayouts(upTo: block)
        let (pattern, layout) = (patterns[block], patterns[block].tokens)
        let source = source ?? .defaultSource(in: layout)
        let weights = try source.weights(in: layout, of: name)
        let seen = preprocessing.seen(of: photograph)
        let input = preprocessing.tensor(ofSeen: seen)
        var shares: [[Float]] = []
        var rollout = AttentionRollout(source: weights)
        var done = 0
        try forEachPattern(downFrom: block, of: input, cancellation: cancellation) { values in
            if shares.isEmpty {
                for head in 0..<pattern.heads {
                    let count = pattern.headCount
                    let own = UnsafeBufferPointer(rebasing: values[head * count..<(head + 1) * count])
                    shares.append(pattern.attended(own, heads: 1, from: weights))
                }
            }
            let upper = done == 0 ? layout : patterns[block - done + 1].tokens
            rollout.descend(through: values, patterns[block - done], from: upper)
            done += 1
            progress?(done, block + 1)
        }
        let marked = source.patch(in: layout)
        func map(_ label: String, _ values: [Float]) -> HeatMap {
            layout.map(label, values, over: seen, marked: marked)
        }
        let mean = (0..<layout.count).map { token in shares.reduce(0) { $0 + $1[token] } / Float(pattern.heads) }
        let first = patterns[0].tokens
        return AttentionMaps(
            block: block, source: source,
            heads: HeatMaps(
                "\(name) block \(block) attention \(source.words(in: layout))",
                maps: shares.enumerated().map { map("head \($0)", $1) }, of: seen),
            mean: map("mean of \(pattern.heads) heads", mean),
            rollout: first.map(
                block == 0 ? "rollout, block 0" : "rollout, blocks \(block) to 0", rollout.shares, over: seen,
                marked: first == layout ? marked : nil))
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
        let patterns = try patternLayouts(upTo: last)
        let layout = patterns[last].tokens
        let source = source ?? .defaultSource(in: layout)
        let weights = try source.weights(in: layout, of: name)
        var rollout = AttentionRollout(source: weights)
        var means: [[Float]] = []
        try forEachPattern(
            downFrom: last, of: preprocessing.tensor(of: photograph), cancellation: cancellation
        ) { values in
            let block = last - means.count
            let pattern = patterns[block]
            let upper = block == last ? layout : patterns[block + 1].tokens
            // The area of the source, in the patches of this block.
            means.append(
                pattern.attended(values, heads: pattern.heads, from: pattern.spread(weights, from: layout)))
            rollout.descend(through: values, pattern, from: upper)
            progress?(means.count, last + 1)
        }
        let seen = preprocessing.seen(of: photograph)
        func marked(_ block: Int) -> PatchPosition? {
            patterns[block].tokens == layout ? source.patch(in: layout) : nil
        }
        return AttentionThroughBlocks(
            source: source,
            rollout: patterns[0].tokens.map(
                "rollout through all blocks", rollout.shares, over: seen, marked: marked(0)),
            blocks: HeatMaps(
                "\(name) attention \(source.words(in: layout))",
                maps: means.reversed().enumerated().map {
                    patterns[$0].tokens.map("block \($0), mean of its heads", $1, over: seen, marked: marked($0))
                },
                of: seen))
    }

    /// Returns the layouts of the attention patterns of a block and of all below it, from the first on.
    func patternLayouts(upTo block: Int) throws(EngineError) -> [PatternLayout] {
        guard (0..<blockCount).contains(where: { graph.layer(Self.patternAddress($0)) != nil }) else {
            throw .noAttention(model: name, family: family)
        }
        guard (0..<blockCount).contains(block) else {
            throw .outOfRange(what: "block", index: block, count: blockCount, place: name)
        }
        var layouts: [PatternLayout] = []
        for index in 0...block {
            guard let shape = graph.layer(Self.patternAddress(index))?.shape, let layout = PatternLayout(shape) else {
                throw .invalidValue(
                    what: "The attention of \(name)",
                    found: "of another form in block \(index), without a pattern among its patches",
                    expected:
                        "the same in every block from the first on, or ask a layer for its output: "
                        + "`activations(photo, at: \(name).blocks[\(index)])`")
            }
            layouts.append(layout)
        }
        return layouts
    }

    /// Calls `body` with the attention pattern of `last` and of every block below it, from the last to the first.
    ///
    /// If memory does not hold all patterns at once, the model runs several times, for some of the blocks each time.
    func forEachPattern(
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
