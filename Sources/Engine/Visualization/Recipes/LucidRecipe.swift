import Images

/// Lucid's procedure for convolutional networks: `render_vis`'s default transforms and optimizer.
///
/// It renders at the model's size instead of 128 pixels.
///
/// Source: tensorflow/lucid, `lucid/optvis/transform.py`, `standard_transforms`.
enum LucidRecipe: NamedRecipe {
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage] {
        [RenderStage(width: input.width, height: input.height, steps: 512, procedure: .lucid)]
    }
}

extension Procedure {
    /// Lucid's default transforms and optimizer.
    public static let lucid = Procedure(
        parameterization: .lucid,
        transforms: [
            .pad(pixels: 12, value: 0.5),
            .jitter(pixels: 8),
            .scale(factor: .oneOf(values: (0...10).map { 1 + (Float($0) - 5) / 50 })),
            .rotate(
                degrees: .oneOf(
                    values: (-10...10).map { Float($0) } + [Float](repeating: 0, count: 5))),
            .jitter(pixels: 4),
        ],
        optimizer: .adam(rate: .constant(0.05)))
}
