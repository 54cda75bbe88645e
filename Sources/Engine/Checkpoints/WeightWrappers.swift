/// What training programs put around the weights: keys of dictionaries, and the beginnings of names.
package enum WeightWrappers {
    /// The keys under which the weights stand beside the optimizer, the one that is taken first first.
    ///
    /// Of self-distillation the teacher is taken, which is what DINO publishes and evaluates. Averages over the
    /// training (EMA) are taken only where there is nothing else: which of two models a file means must not
    /// depend on whether its training kept an average.
    static let keys = [
        "state_dict", "model_state_dict", "model", "teacher", "student", "network", "net", "params", "module",
        "model_ema", "state_dict_ema", "ema_state_dict", "ema",
    ]

    /// The keys in the order in which their weights are taken, the first of them unless another is asked for.
    ///
    /// ``keys`` first; then whatever else holds weights, the largest first and averages last. Of two encoders the
    /// targets' is taken, which I-JEPA evaluates.
    ///
    /// - Parameter size: how many numbers there are under a key.
    package static func preferred(among found: [String], size: (String) -> Int) -> [String] {
        func place(_ key: String) -> (Int, Int, Int) {
            if let place = keys.firstIndex(of: key) { return (0, place, 0) }
            return (isAverage(key) ? 2 : 1, -size(key), key.hasPrefix("target") ? 0 : 1)
        }
        return found.enumerated().sorted { one, other in
            let (a, b) = (place(one.element), place(other.element))
            return a == b ? one.offset < other.offset : a < b
        }.map(\.element)
    }

    /// Whether a name says that weights are averaged over the training.
    static func isAverage(_ key: String) -> Bool {
        let words = key.lowercased().split { !$0.isLetter }
        return ["ema", "momentum", "averaged", "average", "avg", "swa"].contains { words.contains(Substring($0)) }
    }

    /// How many keys are looked through, one in the other.
    static let most = 4

    /// What the names of all tensors may begin with: the keys, and what wrappers of modules call the module.
    static let prefixes = keys.map { $0 + "." } + ["_orig_mod.", "model_orig.", backbone]

    /// What everybody calls the model without its head.
    static let backbone = "backbone."

    /// What may stand beside a model's names without being part of it.
    package static let besideTheModel = [
        "criterion.", "loss.", "loss_fn.", "ema.", "model_ema.", "train_metrics.", "val_metrics.",
    ]

    /// The heads with which self-supervised models are trained and which are not used later.
    package static let trainingHeads = [
        "head.mlp.", "head.last_layer.", "dino_head.", "ibot_head.", "projector.", "predictor.", "prototypes.",
        "mask_token",
    ]

    /// What rebuilds hidden patches in the training of a masked autoencoder (MAE, SimMIM) and is thrown away.
    package static let decoders = [
        "decoder.", "decoder_embed.", "decoder_pos_embed", "decoder_blocks.", "decoder_norm.", "decoder_pred.",
    ]

    /// Whether a component of a name is what a wrapper calls the module in it: `_orig_mod` (torch.compile),
    /// `_checkpoint_wrapped_module`, `_fsdp_wrapped_module`, `_forward_module`, `module` (DataParallel), or `base_layer`
    /// (PEFT, where no adapter stands beside it).
    ///
    /// No layer's name begins with an underscore.
    static func isWrapper(_ component: Substring) -> Bool {
        component.hasPrefix("_") || component == "module" || component == "base_layer"
    }

    /// Whether a tensor is what PEFT adds to a layer: LoRA's two matrices and the like, or a layer that stands in for the
    /// original beside it.
    package static func isAdapter(_ name: String) -> Bool {
        name.split(separator: ".").contains { $0.hasPrefix("lora_") || $0 == "modules_to_save" || $0.hasPrefix("ia3_") }
    }

    /// A classifier beside a backbone, which belongs to the model.
    package static let classifiers = ["head.weight", "head.bias", "classifier.weight", "classifier.bias"]
}
