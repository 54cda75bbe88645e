import Models

/// The outputs inside a block that models of all families have in common.
public enum Sublayer: String, Codable, CaseIterable, Hashable, Sendable {
    /// What exchanges patches: attention, or the MLP over the tokens.
    case mixing
    /// What works on each patch by itself: the MLP over the features.
    case embedding
    /// The block's own output, which both are added to.
    case block

    /// The ends of its addresses below a block's, by family.
    fileprivate var addressEnds: [String] {
        switch self {
        case .mixing: [".attn", ".mlp2", ".mlp.mixed"]
        case .embedding: [".mlp1", ".mlp"]
        case .block: [""]
        }
    }
}

extension Model {
    /// The canonical address of a block's sublayer; nil where the block has none of that kind.
    public func address(of sublayer: Sublayer, inBlock block: Int) -> String? {
        sublayer.addressEnds.lazy.compactMap { self.graph.layer("blocks.\(block)\($0)")?.address }.first
    }

    /// Whether patches are exchanged by attention, and not by layers over the tokens.
    public var usesAttention: Bool { graph.layer("blocks.0.attn") != nil }
}
