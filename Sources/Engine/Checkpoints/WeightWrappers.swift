/// What training programs put around the weights: keys of dictionaries, and the beginnings of names.
enum WeightWrappers {
    /// The keys under which the weights stand beside the optimizer, the one that is taken first first.
    ///
    /// Of self-distillation the teacher is taken, which is what DINO publishes and evaluates. Averages over the
    /// training (EMA) are taken only where there is nothing else: which of two models a file means must not
    /// depend on whether its training kept an average.
    static let keys = [
        "state_dict", "model_state_dict", "model", "teacher", "student", "network", "net", "params", "module",
        "model_ema", "state_dict_ema", "ema_state_dict", "ema",
    ]

    /// How many keys are looked through, one in the other.
    static let most = 4

    /// What the names of all tensors may begin with: the keys, and what wrappers of modules call the module.
    static let prefixes = keys.map { $0 + "." } + ["_orig_mod.", "model_orig.", backbone]

    /// What everybody calls the model without its head.
    static let backbone = "backbone."

    /// What may stand beside a model's names without being part of it.
    static let besideTheModel = [
        "criterion.", "loss.", "loss_fn.", "ema.", "model_ema.", "train_metrics.", "val_metrics.",
    ]

    /// The heads with which self-supervised models are trained and which nobody uses later.
    static let trainingHeads = [
        "head.mlp.", "head.last_layer.", "dino_head.", "ibot_head.", "projector.", "predictor.", "prototypes.",
        "mask_token",
    ]

    /// A classifier beside a backbone, which belongs to the model.
    static let classifiers = ["head.weight", "head.bias", "classifier.weight", "classifier.bias"]
}
