import Compute
import Images
import Platform

/// The tokens whose attention is shown.
public enum AttentionSource: Hashable, Sendable {
    /// The special token with this name, such as "CLS".
    case special(String)
    /// One patch.
    case patch(Int)
    /// All patches: the mean of their attention.
    case patches
}

/// The attention of a block's heads in a photograph.
public struct AttentionMaps: Sendable {
    /// The block.
    public let block: Int
    /// The tokens whose attention is shown.
    public let source: AttentionSource
    /// A map for each head: the share of the source's attention that each patch gets. The special tokens' shares are
    /// listed beside the map; all shares add up to 1, except where windows reach beyond the grid.
    public let heads: HeatMaps
    /// The mean over the heads.
    public let mean: HeatMap
    /// The attention rollout from this block down to the patches of the photograph.
    ///
    /// Source: Abnar and Zuidema 2020, arXiv:2005.00928.
    public let rollout: HeatMap

    /// The photograph, the rollout, the mean and every head.
    public var sheet: ContactSheet {
        HeatMaps(heads.title, maps: [rollout, mean] + heads.maps, of: heads.photograph).sheet
    }
}

/// The attention of all blocks of a model, from the first to the last.
public struct AttentionThroughBlocks: Sendable {
    /// The tokens whose attention is shown.
    public let source: AttentionSource
    /// The attention rollout from the last block down to the patches of the photograph.
    ///
    /// Source: Abnar and Zuidema 2020, arXiv:2005.00928.
    public let rollout: HeatMap
    /// A map for each block: the mean over its heads.
    public let blocks: HeatMaps

    /// The rollout and every block's mean.
    public var maps: HeatMaps { HeatMaps(blocks.title, maps: [rollout] + blocks.maps, of: blocks.photograph) }
}

extension AttentionSource {
    /// Returns the weight of each token of a layout in the source, `[tokens]`; the sum is 1.
    ///
    /// - Throws: ``EngineError/outOfRange(what:index:count:place:)``,
    ///   ``EngineError/invalidValue(what:found:expected:)`` for a special token that does not exist.
    func weights(in layout: TokenLayout, of model: String) throws(EngineError) -> [Float] {
        var weights = [Float](repeating: 0, count: layout.count)
        switch self {
        case .special(let name):
            guard let index = layout.special.firstIndex(of: name) else {
                throw .invalidValue(
                    what: "The source of the attention", found: name,
                    expected: layout.special.isEmpty
                        ? "a patch, since \(model) has no special tokens"
                        : layout.special.count == 1
                            ? "a patch or \(layout.special[0])" : "a patch or one of \(englishList(layout.special))")
            }
            weights[index] = 1
        case .patch(let index):
            guard (0..<layout.patchCount).contains(index) else {
                throw .outOfRange(what: "patch", index: index, count: layout.patchCount, place: model)
            }
            weights[layout.firstPatch + index] = 1
        case .patches:
            for token in layout.firstPatch..<layout.count { weights[token] = 1 / Float(layout.patchCount) }
        }
        return weights
    }

    /// Returns the default source: the CLS token if there is one, otherwise all patches.
    static func defaultSource(in layout: TokenLayout) -> AttentionSource {
        layout.special.contains("CLS") ? .special("CLS") : .patches
    }

    /// Returns the patch whose attention is shown, if the source is a single patch.
    func patch(in layout: TokenLayout) -> PatchPosition? {
        if case .patch(let index) = self { PatchPosition(index, in: layout) } else { nil }
    }

    /// Returns the source in words: "from CLS", "from patch 27 (row 3, column 3)".
    func words(in layout: TokenLayout) -> String {
        switch self {
        case .special(let name): "from \(name)"
        case .patch(let index): "from \(PatchPosition(index, in: layout).words)"
        case .patches: "mean over all patches"
        }
    }
}

/// Attention followed down through blocks, each of which also passes on its input.
///
///     A = ½ W̄ + ½ I        W̄: the mean of the heads' patterns
///     rollout = source · A_last · … · A_1 · A_0
///
/// Source: Abnar and Zuidema 2020, arXiv:2005.00928, section 3 ("attention rollout"); ½ stands for the residual path.
package struct AttentionRollout {
    /// The share of each token in the source, `[tokens]`; the sum stays 1.
    package private(set) var shares: [Float]

    /// Creates a rollout at the source, above the last block.
    package init(source: [Float]) { shares = source }

    /// Follows attention through the next lower block.
    ///
    /// Between the stages of a model, a patch that was merged of several passes its share to them in equal parts first.
    ///
    /// - Parameters:
    ///   - pattern: the pattern of all heads; each row belongs to the attending token, and sums to 1.
    ///   - layout: the tokens that its rows and columns belong to.
    ///   - upper: the tokens of the block above, or of the source.
    package mutating func descend(
        through pattern: UnsafeBufferPointer<Float>, _ layout: PatternLayout, from upper: TokenLayout
    ) {
        shares = layout.spread(shares, from: upper)
        let passed = layout.attended(pattern, heads: layout.heads, from: shares)
        for (token, share) in passed.enumerated() { shares[token] = (shares[token] + share) / 2 }
    }
}
