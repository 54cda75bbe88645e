extension KnownWeights {
    /// The feed-forward-only models of Melas-Kyriazi (arXiv:2105.02723), published without a license.
    ///
    /// - Source: github.com/lukemelas/do-you-even-need-attention, README.md. Trained with DeiT's code.
    static let feedForwardOnly: [KnownWeights] = [
        feedForward("linear_tiny", "linear-tiny-checkpoint.pth"),
        feedForward("linear_base", "linear-base-checkpoint.pth"),
    ]

    /// Creates the entry of one model. The files also hold the optimizer's state, so their size does not follow from
    /// the number of parameters.
    private static func feedForward(_ model: String, _ file: String) -> KnownWeights {
        KnownWeights(
            model, project: "Melas-Kyriazi", license: nil,
            url: "https://github.com/lukemelas/do-you-even-need-attention/releases/download/v0.0.1/\(file)",
            parameters: nil, bytes: nil,
            preprocessing: Preprocessing(size: 224, resize: 256, interpolation: .bicubic),
            usesImageNetClasses: true)
    }
}
