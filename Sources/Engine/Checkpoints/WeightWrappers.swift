/// The wrappers that training programs put around weights: keys of dictionaries, and prefixes of names.
package enum WeightWrappers {
    /// The keys under which weights are stored beside the optimizer, in order of preference.
    ///
    /// Of self-distillation the teacher is used, which is what DINO publishes and evaluates. Averages over the training
    /// (EMA) are used only if there is nothing else: which of two models a file means must not depend on whether its
    /// training kept an average.
    static let keys = [
        "state_dict", "model_state_dict", "model", "teacher", "student", "network", "net", "params", "module",
        "model_ema", "state_dict_ema", "ema_state_dict", "ema",
    ]

    /// Returns the keys in order of preference; the first is the default.
    ///
    /// ``keys`` come first, then others that hold weights, the largest first and averages last. Of two encoders the
    /// target encoder is preferred, which I-JEPA evaluates.
    ///
    /// - Parameter size: returns the number of elements under a key.
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

    /// Returns whether a name says that weights are averaged over the training.
    static func isAverage(_ key: String) -> Bool {
        let words = key.lowercased().split { !$0.isLetter }
        return ["ema", "momentum", "averaged", "average", "avg", "swa"].contains { words.contains(Substring($0)) }
    }

    /// The most wrapping keys within one another that are removed.
    static let maximumDepth = 4

    /// The prefixes that all tensors' names may have: the keys, and what wrappers of modules call the module.
    static let prefixes = keys.map { $0 + "." } + ["_orig_mod.", "model_orig.", backbone]

    /// The usual prefix of the model without its head.
    static let backbone = "backbone."

    /// The prefixes of tensors beside a model that are not part of it.
    package static let auxiliaryPrefixes = [
        "criterion.", "loss.", "loss_fn.", "ema.", "model_ema.", "train_metrics.", "val_metrics.",
    ]

    /// The prefixes of the heads with which self-supervised models are trained and which are not used later.
    package static let trainingHeads = [
        "head.mlp.", "head.last_layer.", "dino_head.", "ibot_head.", "projector.", "predictor.", "prototypes.",
        "mask_token",
    ]

    /// The prefixes of the decoder of a masked autoencoder (MAE, SimMIM), which is discarded after training.
    package static let decoders = [
        "decoder.", "decoder_embed.", "decoder_pos_embed", "decoder_blocks.", "decoder_norm.", "decoder_pred.",
    ]

    /// The prefixes of the parts of larger models that compute depth, poses, segments or boxes from a backbone's features.
    package static let taskHeads = [
        "neck.", "depth_head.", "scratch.", "keypoint_head.", "decode_head.", "auxiliary_head.", "seg_head.",
        "bbox_head.",
        "rpn_head.", "roi_head.",
    ]

    /// Returns whether a component of a name is what a wrapper calls the wrapped module: `_orig_mod` (torch.compile),
    /// `_checkpoint_wrapped_module`, `_fsdp_wrapped_module`, `_forward_module`, `module` (DataParallel), or
    /// `base_layer` (PEFT, if there is no adapter beside it).
    ///
    /// No layer's name begins with an underscore.
    static func isWrapper(_ component: Substring) -> Bool {
        component.hasPrefix("_") || component == "module" || component == "base_layer"
    }

    /// Returns whether a tensor is one that PEFT adds to a layer: LoRA's two matrices and the like, or a layer that
    /// replaces the original beside it.
    package static func isAdapter(_ name: String) -> Bool {
        name.split(separator: ".").contains { $0.hasPrefix("lora_") || $0 == "modules_to_save" || $0.hasPrefix("ia3_") }
    }

    /// The names of a classifier beside a backbone, which belongs to the model.
    package static let classifiers = ["head.weight", "head.bias", "classifier.weight", "classifier.bias"]
}
