/// The default: coarse to fine under affine and colour disturbances, which leave what a person can recognise.
///
/// Half the steps go to a picture of half the size, whose few waves can only be shapes; then the whole picture goes on from
/// there. The colour shift is that of Ghiasi et al. 2022, arXiv:2212.06727, made weaker. The numbers were found by
/// measuring, see `docs/decisions/0003-default-procedure.md`.
enum VitrineRecipe: NamedRecipe {
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage] {
        [
            RenderStage(
                width: max(input.width / 2, Recipe.smallestSide), height: max(input.height / 2, Recipe.smallestSide),
                steps: 128,
                procedure: .vitrine(
                    inputSize: input.width, rate: Schedule(from: 0.08, to: 0.05, shape: .cosine))),
            RenderStage(
                width: input.width, height: input.height, steps: 128, procedure: .vitrine(inputSize: input.width)),
        ]
    }
}

extension Procedure {
    /// The default procedure of the whole picture, for a model whose input is `inputSize` pixels wide.
    ///
    /// - Parameter rate: of Adam; by default it ends small, so that detail settles.
    public static func vitrine(
        inputSize: Int, rate: Schedule = Schedule(from: 0.05, to: 0.005, shape: .cosine)
    ) -> Procedure {
        Procedure(
            parameterization: .fourier(deviation: 0.01, decay: 1.25, colour: Colour()),
            transforms: [
                .shift(pixels: Float(inputSize) * 12 / 224),
                .rotate(degrees: .uniform(lower: -8, upper: 8)),
                .view(part: .uniform(lower: 0.85, upper: 1.1)),
                .colourShift(gain: 0.07, offset: 0.07),
                .noise(deviation: .constant(0.05)),
            ],
            optimizer: .adam(rate: rate))
    }
}
