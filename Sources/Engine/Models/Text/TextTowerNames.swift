import Checkpoints

/// The names of a text tower's tensors in a project's files, and what the project's code fixes.
struct TextTowerNames: Sendable {
    /// The name of the table of embeddings, `[tokens, width]`.
    let table: String
    /// The name of the positions, `[tokens of a text, width]`.
    let positions: String
    /// The names of the parts.
    let names: TensorNames
    /// Whether the tower is SigLIP's: tokens attend in both directions, and the last one counts.
    let isSigLIP: Bool
    /// The tokenizer, unless a configuration states another.
    let tokenizer: TokenizerProject
    /// The number that layer norms add to the variance, unless a configuration states another.
    let epsilon: Float

    /// Finds a text tower; nil if the checkpoint has none.
    init?(_ checkpoint: any Checkpoint) {
        if checkpoint.has("text_model.embeddings.token_embedding.weight") {
            isSigLIP = checkpoint.has("text_model.head.weight")
            table = "text_model.embeddings.token_embedding.weight"
            positions = "text_model.embeddings.position_embedding.weight"
            names = TensorNames(
                ["norm": ["final_layer_norm"]]
                    .merging(isSigLIP ? ["head": ["head"]] : [:]) { first, _ in first },
                bare: isSigLIP ? [:] : ["head": ["text_projection"]], blocks: ["encoder.layers.#"],
                CLIPVisionTower.huggingFaceBlock, prefix: "text_model.")
            tokenizer = isSigLIP ? .steps(lowercases: false, cleaning: nil) : .huggingFaceCLIP
            epsilon = isSigLIP ? 1e-6 : 1e-5
            return
        }
        for prefix in ["text.", ""] where checkpoint.has("\(prefix)token_embedding.weight", "\(prefix)ln_final.weight")
        {
            table = "\(prefix)token_embedding.weight"
            positions = "\(prefix)positional_embedding"
            // A projection with a bias is a layer, SigLIP's; without, a matrix, `[width, features]`.
            isSigLIP = checkpoint.has("\(prefix)text_projection.bias")
            names = TensorNames(
                ["norm": ["ln_final"]]
                    .merging(isSigLIP ? ["head": ["text_projection"]] : ["head.transposed": ["text_projection"]]) {
                        first, _ in first
                    }, blocks: ["transformer.resblocks.#"], CLIPVisionTower.openAIBlock, prefix: prefix)
            tokenizer =
                isSigLIP
                ? .steps(lowercases: false, cleaning: CaptionCleaning(style: .canonicalize))
                : .simple(CaptionCleaning(style: .lower), isOpenCLIP: false)
            epsilon = 1e-5
            return
        }
        return nil
    }
}
