/// The default: coarse to fine under affine and colour disturbances, which leave what a person can recognise.
///
/// First a picture of half the size, whose few waves can only be shapes; then the whole picture goes on from there; last,
/// with next to no disturbance and quick again, detail settles. The colour shift is that of Ghiasi et al. 2022,
/// arXiv:2212.06727, made weaker. The numbers were found by measuring, see `docs/decisions/0003-default-procedure.md`.
enum VitrineRecipe: NamedRecipe {
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage] {
        func stage(_ size: PixelSize, steps: Int, from start: Float, to end: Float, strength: Float) -> RenderStage {
            RenderStage(
                width: size.width, height: size.height, steps: steps,
                procedure: .vitrine(
                    inputSize: input.shorterSide, rate: Schedule(from: start, to: end, shape: .cosine),
                    strength: strength))
        }
        let half = PixelSize(
            width: max(input.width / 2, Recipe.smallestSide), height: max(input.height / 2, Recipe.smallestSide))
        return [
            stage(half, steps: 33, from: 0.1, to: 0.06, strength: 1),
            stage(input, steps: 37, from: 0.08, to: 0.02, strength: 1),
            stage(input, steps: 10, from: 0.06, to: 0.0035, strength: 0.1),
        ]
    }
}

extension Procedure {
    /// The default procedure of a picture for a model whose input is `inputSize` pixels along its shorter side.
    ///
    /// - Parameters:
    ///   - rate: of Adam; by default it ends small, so that detail settles.
    ///   - strength: of the disturbances: 0 for none, 1 for those that leave only what can be recognised.
    public static func vitrine(
        inputSize: Int, rate: Schedule = Schedule(from: 0.05, to: 0.005, shape: .cosine), strength: Float = 1
    ) -> Procedure {
        Procedure(
            parameterization: .fourier(deviation: 0.01, decay: 1.25, colour: Colour()),
            transforms: [
                .shift(pixels: strength * Float(inputSize) * 12 / 224),
                .rotate(degrees: .uniform(lower: -8 * strength, upper: 8 * strength)),
                .view(part: .uniform(lower: 1 - 0.15 * strength, upper: 1 + 0.1 * strength)),
                .colourShift(gain: 0.07 * strength, offset: 0.07 * strength),
                .noise(deviation: .constant(0.05 * strength)),
            ],
            optimizer: .adam(rate: rate))
    }
}
