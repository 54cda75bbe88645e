/// Under which keys training programs put the weights, beside the optimizer and the number of the epoch.
enum WeightWrappers {
    /// The keys, the one that is taken first first.
    ///
    /// Of self-distillation the teacher is taken, which is what DINO publishes and evaluates. Averages over the
    /// training (EMA) are taken only where there is nothing else: which of two models a file means must not
    /// depend on whether its training kept an average.
    static let keys = [
        "state_dict", "model_state_dict", "model", "teacher", "student", "network", "net", "params", "module",
        "model_ema", "state_dict_ema", "ema_state_dict", "ema",
    ]

    /// How many are looked through, one in the other.
    static let most = 4
}
