import Images

/// The defaults of *Feature Visualisation for Transformers (a first attempt)*: 128 pixels, 30 steps, with the best one
/// kept.
enum FirstAttemptRecipe: NamedRecipe {
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage] {
        let unit = Float(input.shorterSide) / 128
        let procedure = Procedure(
            parameterization: .lucid,
            transforms: [
                .pad(pixels: Int((12 * unit).rounded()), value: 0.5),
                .shift(pixels: 8 * unit),
                .scale(factor: .uniform(lower: 0.95, upper: 1.05)),
                .rotate(degrees: .uniform(lower: -5, upper: 5)),
                .shift(pixels: 4 * unit),
                .blur(deviation: Schedule(from: 0.5, to: 0), size: 5),
            ],
            optimizer: .adam(rate: .constant(0.05)), keepsBest: true)
        let size = PixelSize(
            width: 128 * input.width / max(input.shorterSide, 1), height: 128 * input.height / max(input.shorterSide, 1)
        )
        return [RenderStage(width: size.width, height: size.height, steps: 30, procedure: procedure)]
    }

    static func objective(_ objective: Objective) -> Objective { objective - 1e-4 * .totalVariation(.absolute) }
}
