extension KnownWeights {
    /// The feed-forward-only models of Melas-Kyriazi (arXiv:2105.02723). He says nothing of a license.
    ///
    /// - Source: github.com/lukemelas/do-you-even-need-attention, README.md. Trained with DeiT's code.
    static let feedForwardOnly: [KnownWeights] = [
        feedForward("linear_tiny", "linear-tiny-checkpoint.pth"),
        feedForward("linear_base", "linear-base-checkpoint.pth"),
    ]

    /// Its files hold the optimizer's state too, so the parameters do not tell their size.
    private static func feedForward(_ model: String, _ file: String) -> KnownWeights {
        KnownWeights(
            model, project: "Melas-Kyriazi", license: nil,
            url: "https://github.com/lukemelas/do-you-even-need-attention/releases/download/v0.0.1/\(file)",
            parameters: nil, bytes: nil,
            preprocessing: Preprocessing(size: 224, resize: 256, interpolation: .bicubic),
            usesImageNetClasses: true)
    }
}
