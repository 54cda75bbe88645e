/// The default: strong affine and colour disturbances, which leave what a person can recognise.
///
/// Colour shift and noise after Ghiasi et al. 2022, arXiv:2212.06727; the rest was found by measuring.
/// See `docs/decisions/0003-default-procedure.md`.
enum VitrineRecipe: NamedRecipe {
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage] {
        [
            RenderStage(
                width: input.width, height: input.height, steps: 256, procedure: .vitrine(inputSize: input.width))
        ]
    }
}

extension Procedure {
    /// The default procedure for a model whose input is `inputSize` pixels wide.
    public static func vitrine(inputSize: Int) -> Procedure {
        Procedure(
            parameterization: .fourier(deviation: 0.01, decay: 1.25, colour: Colour()),
            transforms: [
                .shift(pixels: Float(inputSize) * 24 / 224),
                .rotate(degrees: .uniform(lower: -15, upper: 15)),
                .view(part: .uniform(lower: 0.7, upper: 1.1)),
                .colourShift(gain: 0.1, offset: 0.1),
                .noise(deviation: .constant(0.05)),
            ],
            optimizer: .adam(rate: Schedule(from: 0.05, to: 0.005, shape: .cosine)))
    }
}
