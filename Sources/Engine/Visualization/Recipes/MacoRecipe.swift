import Images

/// MACO: the magnitude of each frequency is that of natural pictures, and only phases are optimized.
///
/// The picture is twice as wide as the model's input, which sees several windows of it at each step.
///
/// Source: Fel et al. 2023, arXiv:2306.06805; crops and noise as in the authors' Horama. The paper's 32 crops would
/// take minutes on a processor; six are Horama's.
enum MacoRecipe: NamedRecipe {
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage] {
        let procedure = Procedure(
            parameterization: .maco, sight: .window,
            transforms: [
                .view(part: .uniform(lower: 0.6, upper: 1.2)),
                .noise(deviation: .constant(0.05)),
            ],
            optimizer: .nadam(rate: .constant(1)), copies: 6)
        return [RenderStage(width: 2 * input.width, height: 2 * input.height, steps: 256, procedure: procedure)]
    }
}
