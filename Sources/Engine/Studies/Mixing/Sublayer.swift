import Models

/// The outputs inside a block that models of all families have in common.
public enum Sublayer: String, Codable, CaseIterable, Hashable, Sendable {
    /// The sublayer that mixes patches: attention, the MLP over the tokens, or a depthwise convolution.
    case mixing
    /// The sublayer that works on each patch by itself: the MLP over the features.
    case embedding
    /// The block's output, to which both are added.
    case block

    /// The suffixes of the sublayer's address after a block's, for all families.
    fileprivate var addressEnds: [String] {
        switch self {
        case .mixing: [".attn", ".mlp2", ".mlp.mixed", ".conv_dw"]
        case .embedding: [".mlp1", ".mlp"]
        case .block: [""]
        }
    }
}

extension Model {
    /// Returns the canonical address of a block's sublayer; nil if the block has none of that kind.
    public func address(of sublayer: Sublayer, inBlock block: Int) -> String? {
        sublayer.addressEnds.lazy.compactMap { self.graph.layer("blocks.\(block)\($0)")?.address }.first
    }

    /// Whether patches are mixed by attention, rather than by layers over the tokens.
    public var usesAttention: Bool { graph.layer("blocks.0.attn") != nil }
}
