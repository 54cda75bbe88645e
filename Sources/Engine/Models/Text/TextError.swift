import Platform

/// An error about texts and the towers that read them.
public enum TextError: UserFacingError {
    /// The model reads no text.
    case noTextTower(model: String, family: String)
    /// No vocabulary lies beside the weights.
    case noVocabulary(model: String, folder: String, isOpenAI: Bool)
    /// A tokenizer's file cannot be used.
    case unsupportedTokenizer(path: String, reason: String)
    /// The vocabulary has tokens that the tower does not know.
    case vocabularyMismatch(path: String, tokens: Int, known: Int)
    /// The text tower is of an unsupported kind.
    case unsupportedTower(model: String, reason: String)

    /// What went wrong and what to do next, in words for the user.
    public var message: String {
        switch self {
        case .noTextTower(let model, let family):
            "\(model) reads no text: its file holds a \(family) without a text tower. Load a whole CLIP or SigLIP, such as "
                + "`load(\"openai/clip-vit-base-patch32\")`."
        case .noVocabulary(let model, let folder, let isOpenAI):
            "The vocabulary of \(model)'s text tower is missing. Put "
                + (isOpenAI
                    ? "`bpe_simple_vocab_16e6.txt.gz`, which OpenAI's `clip` and `open_clip` have in their Python packages, "
                        + "or `vocab.json` and `merges.txt` of any CLIP on the hub"
                    : "`tokenizer.json`, or `vocab.json` and `merges.txt`, of the model's repository")
                + " beside its weights, in “\(folder)”."
        case .unsupportedTokenizer(let path, let reason):
            "The tokenizer in “\(path)” cannot be used: \(reason)."
        case .vocabularyMismatch(let path, let tokens, let known):
            "The vocabulary in “\(path)” has \(tokens) tokens, and the text tower knows \(known): it is another model's. "
                + "Replace it by the vocabulary of the model's own repository."
        case .unsupportedTower(let model, let reason):
            "The text tower of \(model) cannot be used: \(reason)."
        }
    }
}

extension EngineError {
    static func text(_ error: TextError) -> EngineError { .other(AnyUserFacingError(error)) }
}
