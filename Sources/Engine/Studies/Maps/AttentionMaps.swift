import Compute
import Images
import Platform

/// From which tokens attention is looked at.
public enum AttentionSource: Hashable, Sendable {
    /// The special token of this name, "CLS" for instance.
    case special(String)
    /// One patch.
    case patch(Int)
    /// All patches: the mean of what each attends to.
    case patches
}

/// What the heads of a block attend to in a photograph.
public struct AttentionMaps: Sendable {
    /// The block.
    public let block: Int
    /// From where attention is looked at.
    public let source: AttentionSource
    /// A map for each head: which share of the source's attention a patch gets. The special tokens' shares stand
    /// beside; together they are 1.
    public let heads: HeatMaps
    /// The mean over the heads.
    public let mean: HeatMap
    /// Attention rolled out from this block down to the patches of the photograph.
    ///
    /// Source: Abnar and Zuidema 2020, arXiv:2005.00928.
    public let rollout: HeatMap

    /// The photograph, the rollout, the mean and every head.
    public var sheet: ContactSheet {
        HeatMaps(heads.title, maps: [rollout, mean] + heads.maps, of: heads.photograph).sheet
    }
}

/// Attention through all blocks of a model, from the first to the last.
public struct AttentionThroughBlocks: Sendable {
    /// From where attention is looked at.
    public let source: AttentionSource
    /// Attention rolled out from the last block down to the patches of the photograph.
    ///
    /// Source: Abnar and Zuidema 2020, arXiv:2005.00928.
    public let rollout: HeatMap
    /// A map for each block: the mean over its heads.
    public let blocks: HeatMaps

    /// The rollout, and every block's mean.
    public var maps: HeatMaps { HeatMaps(blocks.title, maps: [rollout] + blocks.maps, of: blocks.photograph) }
}

extension AttentionSource {
    /// How much each token of a layout counts as the source, `[tokens]`; the sum is 1.
    ///
    /// - Throws: ``EngineError/outOfRange(what:index:count:place:)``,
    ///   ``EngineError/invalidValue(what:found:expected:)`` for a special token that is not there.
    func weights(in layout: TokenLayout, of model: String) throws(EngineError) -> [Float] {
        var weights = [Float](repeating: 0, count: layout.count)
        switch self {
        case .special(let name):
            guard let index = layout.special.firstIndex(of: name) else {
                throw .invalidValue(
                    what: "The token from which attention is looked at", found: name,
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

    /// Where people look first: from the CLS token where there is one, from all patches otherwise.
    static func usual(in layout: TokenLayout) -> AttentionSource {
        layout.special.contains("CLS") ? .special("CLS") : .patches
    }

    /// The patch from which attention is looked at, if it is one.
    func place(in layout: TokenLayout) -> PatchPlace? {
        if case .patch(let index) = self { PatchPlace(index, in: layout) } else { nil }
    }

    /// "from CLS", "from patch 27 (row 3, column 3)".
    func words(in layout: TokenLayout) -> String {
        switch self {
        case .special(let name): "from \(name)"
        case .patch(let index): "from \(PatchPlace(index, in: layout).words)"
        case .patches: "mean over all patches"
        }
    }
}

/// Attention followed through blocks, each of which also passes on what it was given.
///
///     A = ½ W̄ + ½ I        W̄: the mean of the heads' patterns
///     rollout = source · A_last · … · A_1 · A_0
///
/// Source: Abnar and Zuidema 2020, arXiv:2005.00928, section 3 ("attention rollout"); ½ stands for the residual path.
package struct AttentionRollout {
    /// How much of each token the source is made of, `[tokens]`; the sum stays 1.
    package private(set) var shares: [Float]

    /// Starts behind the last block, at the source.
    package init(source: [Float]) { shares = source }

    /// Follows attention through the next lower block.
    ///
    /// - Parameter pattern: `[heads, tokens, tokens]`; each row attends and sums to 1.
    package mutating func descend(through pattern: UnsafeBufferPointer<Float>, heads: Int) {
        let passed = attended(pattern, heads: heads, from: shares)
        for (token, share) in passed.enumerated() { shares[token] = (shares[token] + share) / 2 }
    }
}

/// What tokens attend to: source · W̄, `[tokens]`.
///
/// - Parameters:
///   - pattern: `[heads, tokens, tokens]`; the mean over the heads is taken.
///   - source: how much each attending token counts, `[tokens]`.
func attended(_ pattern: UnsafeBufferPointer<Float>, heads: Int, from source: [Float]) -> [Float] {
    let count = source.count
    var sums = [Double](repeating: 0, count: count)
    for head in 0..<heads {
        for (token, weight) in source.enumerated() where weight != 0 {
            let row = (head * count + token) * count
            for other in 0..<count { sums[other] += Double(weight * pattern[row + other]) }
        }
    }
    return sums.map { Float($0 / Double(heads)) }
}
