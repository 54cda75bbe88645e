import Images

/// Plug-In Inversion: a small picture first, enlarged by an eighth of the model's input every 400 steps, with random
/// shifts of its colors.
///
/// Source: Ghiasi et al. 2021, arXiv:2201.12961, sections 3 and 4.
enum PlugInRecipe: NamedRecipe {
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage] {
        let procedure = Procedure(
            parameterization: .pixels(
                start: .noise(mean: 0.5, deviation: 0.1), color: Color(space: .rgb, bound: .none)),
            transforms: [
                .shift(pixels: Float(input.shorterSide) / 16),
                .colorShift(gain: 1, offset: 1),
            ],
            optimizer: .adam(rate: .constant(0.01), beta1: 0.5, beta2: 0.9, epsilon: 1e-8),
            corrections: [.clamp(lower: 0, upper: 1)])
        return (2...8).map { eighths in
            RenderStage(
                width: input.width * eighths / 8, height: input.height * eighths / 8, steps: 400, procedure: procedure)
        }
    }
}
