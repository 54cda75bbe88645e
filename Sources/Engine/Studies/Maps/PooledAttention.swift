import Compute
import Images
import Models
import Platform

/// The attention of one query that collects the tokens for the whole picture: attention pooling's, or that of a class token
/// which attends in layers of its own.
public struct PooledAttention: Sendable {
    /// The layer's address.
    public let address: String
    /// A map for each head: the share of the query's attention that each patch gets. The special tokens' shares are listed
    /// beside the map.
    public let heads: HeatMaps
    /// The mean over the heads.
    public let mean: HeatMap
    /// The attention followed down through all blocks to the patches of the photograph; nil if the blocks keep no patterns
    /// of attention among the same tokens.
    ///
    /// Source: Abnar and Zuidema 2020, arXiv:2005.00928.
    public let rollout: HeatMap?
}

extension Model {
    /// Returns the address of the pattern of a query that collects the tokens, at the address of its layer or of a part of
    /// it; nil for other layers.
    public func poolingPattern(at address: String) -> String? {
        [address, "\(address).pattern", "\(address).attn.pattern"].first { candidate in
            if case .pooling? = graph.layer(candidate)?.shape { true } else { false }
        }
    }

    /// Computes the attention of a query that collects the tokens of a photograph.
    ///
    /// - Parameters:
    ///   - photograph: of any size; the model's own preprocessing prepares it.
    ///   - address: the address of the attention or of its pattern, such as "attn_pool" or "class_blocks.0.attn".
    ///   - progress: is called with how many of the rollout's blocks are done.
    /// - Throws: ``EngineError/noAttention(model:family:)`` if no query collects tokens there;
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    public func pooledAttention(
        of photograph: Image, in address: String, cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) -> PooledAttention {
        guard let pattern = poolingPattern(at: address),
            case .pooling(let layout, let count)? = graph.layer(pattern)?.shape
        else { throw .noAttention(model: name, family: family) }
        let seen = preprocessing.seen(of: photograph)
        let input = preprocessing.tensor(ofSeen: seen)
        let values = try activations(at: pattern, of: input, cancellation: cancellation).values
        let shares = (0..<count).map { Array(values[$0 * layout.count..<($0 + 1) * layout.count]) }
        let mean = (0..<layout.count).map { token in shares.reduce(0) { $0 + $1[token] } / Float(count) }
        return PooledAttention(
            address: pattern,
            heads: HeatMaps(
                "\(name) \(pattern.dropSuffix(".pattern")), from its query",
                maps: shares.enumerated().map { layout.map("head \($0)", $1, over: seen) }, of: seen),
            mean: layout.map("mean of \(count) heads", mean, over: seen),
            rollout: try rollout(
                from: mean, layout, of: input, over: seen, cancellation: cancellation, progress: progress))
    }

    /// Follows shares of the last block's tokens down through all blocks; nil if a block has no pattern of them.
    private func rollout(
        from shares: [Float], _ layout: TokenLayout, of input: Tensor, over seen: Image, cancellation: Cancellation?,
        progress: PictureProgress?
    ) throws(EngineError) -> HeatMap? {
        let last = blockCount - 1
        guard last >= 0, let patterns = try? patternLayouts(upTo: last), let first = patterns.first else { return nil }
        // Class attention reads a class token beside the patches, which the blocks below do not have.
        let upper = patterns[last].tokens
        guard upper == layout || upper.patchCount == layout.patchCount && upper.special.isEmpty else { return nil }
        var rollout = AttentionRollout(source: Array(shares.suffix(upper.count)))
        var done = 0
        try forEachPattern(downFrom: last, of: input, cancellation: cancellation) { values in
            let block = last - done
            rollout.descend(
                through: values, patterns[block], from: block == last ? upper : patterns[block + 1].tokens)
            done += 1
            progress?(done, last + 1)
        }
        return first.tokens.map("rollout through all blocks", rollout.shares, over: seen)
    }
}

extension String {
    fileprivate func dropSuffix(_ suffix: String) -> Substring {
        hasSuffix(suffix) ? dropLast(suffix.count) : self[...]
    }
}
