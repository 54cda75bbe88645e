import Platform

/// What the tensors do not determine about a text tower.
struct TextSettings: Sendable {
    /// The number of heads of each attention; nil for one for every 64 features.
    var heads: Int?
    /// The function between an MLP's layers; nil for that of the vision tower.
    var activation: Activation?
    /// The number that layer norms add to the variance; nil for the project's default.
    var epsilon: Float?
    /// The token whose features are the text's; nil for the project's default.
    var pooling: TextPooling?
    /// Whether tokens attend to the tokens after them too; nil for the project's default.
    var looksAhead: Bool?
    /// The token that fills a text up to the tower's length, if it has to be filled; nil for the project's default.
    var padding: Int?
    /// The tokenizer of the project; nil if the tensors' names say which.
    var tokenizer: TokenizerProject?
    /// Why the tower cannot be used, in words; nil if it can.
    var unsupported: String?
}

/// The token whose features are those of the whole text.
enum TextPooling: Hashable, Sendable {
    /// The first with the largest number, which is the end of the text in OpenAI's vocabulary.
    case largest
    /// The first that is this token.
    case token(Int)
    /// The first of all.
    case first
    /// The last of all, after filling the text up.
    case last
}

extension Configuration {
    /// Reads the text tower of Hugging Face's `config.json`.
    ///
    /// - Parameter kind: the model's type: "clip", "siglip", "siglip2".
    ///
    /// Source: transformers `configuration_clip.py`, `configuration_siglip.py`, `modeling_clip.py`.
    mutating func readText(_ file: ConfigurationFile?, kind: String) throws(EngineError) {
        let isSigLIP = kind.hasPrefix("siglip")
        text.heads = try file?.integer("num_attention_heads") ?? (isSigLIP ? 12 : 8)
        text.activation = try file?.activation("hidden_act") ?? (isSigLIP ? .tanhGELU : .quickGELU)
        text.epsilon = try file?.number("layer_norm_eps").map { Float($0) } ?? (isSigLIP ? 1e-6 : 1e-5)
        if isSigLIP {
            text.tokenizer = .steps(lowercases: kind == "siglip2", cleaning: nil)
            text.padding = kind == "siglip2" ? 0 : 1
        } else {
            let end = try file?.integer("eos_token_id") ?? 49407
            // Older files state 2, and the code then takes the largest.
            text.pooling = end == 2 ? .largest : .token(end)
            text.tokenizer = .huggingFaceCLIP
        }
    }

    /// Reads the text tower of open_clip's `open_clip_config.json`.
    ///
    /// Source: open_clip `model.py`, `CLIPTextCfg`, `_build_text_tower`; `factory.py`, `get_tokenizer`.
    mutating func readText(_ file: ConfigurationFile?, isQuick: Bool) throws(EngineError) {
        guard let file else { return }
        text.heads = try file.integer("heads") ?? 8
        text.activation = isQuick ? .quickGELU : .gelu
        text.epsilon = try file.part("norm_kwargs")?.number("eps").map { Float($0) }
        if let approximation = try file.part("act_kwargs")?.text("approximate"), approximation == "tanh" {
            text.activation = .tanhGELU
        }
        text.looksAhead = try file.flag("no_causal_mask")
        text.padding = try file.integer("pad_id")
        let end = try file.integer("eos_id") ?? 2
        switch try file.text("pool_type") ?? "argmax" {
        case "argmax": text.pooling = .largest
        case "last": text.pooling = .last
        case "first": text.pooling = .first
        case "eos": text.pooling = .token(end)
        case let other: text.unsupported = "its `pool_type` is “\(other)”; argmax, eos, first and last are known"
        }
        for (key, words) in [
            ("hf_model_name", "it is a language model of Hugging Face"), ("embed_cls", "it has a class token"),
            ("qk_norm", "it normalizes queries and keys"), ("scaled_cosine_attn", "its attention compares by cosine"),
            ("scale_heads", "it scales heads"), ("scale_attn_inner", "it normalizes inside its attention"),
            ("scale_attn", "it normalizes after its attention"), ("scale_fc", "it normalizes inside its MLP"),
            ("use_pad_mask", "it masks padding"),
        ] where file.object[key] != nil && (try? file.flag(key)) != .some(false) {
            text.unsupported = words
        }
        let style = try file.part("tokenizer_kwargs")?.text("clean")
        let cleaning = style.flatMap(CaptionCleaning.Style.init).map { CaptionCleaning(style: $0) }
        if try file.text("hf_tokenizer_name") != nil {
            text.tokenizer = .steps(lowercases: false, cleaning: cleaning ?? CaptionCleaning(style: .whitespace))
            // Its tokenizer fills up with its own padding token: 1 in T5's vocabulary, 0 in Gemma's.
            let isLarge = try file.integer("vocab_size") ?? 0 > 100_000
            text.padding = text.padding ?? (isLarge ? 0 : 1)
        } else {
            text.tokenizer = .simple(cleaning ?? CaptionCleaning(style: .lower), isOpenCLIP: true)
        }
    }
}
