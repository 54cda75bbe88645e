import Images

/// The procedure of *What do Vision Transformers Learn?*: eight copies at each step, each with its own colors, noise
/// and position, and a penalty on the picture's variation.
///
/// The paper visualizes features after the GELU: `mlp.hidden.neuron(…)`.
///
/// Source: Ghiasi et al. 2022, arXiv:2212.06727, and its code, hamidkazemi22/vit-visualization.
enum ViTVisualizationRecipe: NamedRecipe {
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage] {
        let procedure = Procedure(
            parameterization: .pixels(start: .evenNoise(lower: 0, upper: 1), color: Color(space: .rgb, bound: .none)),
            transforms: [
                .roll(pixels: Int((Float(input.shorterSide) * 32 / 224).rounded())),
                .colorShift(gain: 1, offset: 1),
                .channelNoise(deviation: Schedule(from: 0.5, to: 0)),
            ],
            optimizer: .adam(
                rate: Schedule(from: 0.1, to: 0, shape: .cosine), beta1: 0.5, beta2: 0.99, epsilon: 1e-8),
            copies: 8, corrections: [.clamp(lower: 0, upper: 1)])
        return [RenderStage(width: input.width, height: input.height, steps: 401, procedure: procedure)]
    }

    static func objective(_ objective: Objective) -> Objective { objective - 0.0005 * .totalVariation(.channelNorms) }
}
