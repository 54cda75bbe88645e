import Foundation
import Images

/// The default procedure: coarse to fine, with the picture as waves, gradient ascent with momentum, and random crops.
///
/// It begins with a picture of half the size, whose few waves can only form shapes; then the whole picture continues
/// from there; last, with almost no transforms, detail settles. A picture looks natural, and other networks recognize
/// it, if each wave moves in proportion to its part of the gradient, so that most of the change goes into broad shapes.
/// Adam moves all waves alike, and fills a picture with fine ones. Gradients through attention and MLPs count less than those
/// past them, which are what networks have in common. The numbers were found by experiments and by looking
/// at pictures, see `docs/decisions/0003-default-procedure.md`.
enum VitrineRecipe: NamedRecipe {
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage] {
        func stage(_ size: PixelSize, steps: Int, from start: Float, to end: Float, strength: Float) -> RenderStage {
            RenderStage(
                width: size.width, height: size.height, steps: steps,
                procedure: .vitrine(
                    inputSize: input.width, rate: Schedule(from: start, to: end, shape: .cosine), strength: strength,
                    parts: isClass ? 0.5...1 : 0.8...1.15, branchGradient: isClass ? 0.5 : 0.7))
        }
        let half = PixelSize(
            width: max(input.width / 2, Recipe.smallestSide), height: max(input.height / 2, Recipe.smallestSide))
        // A class is recognized by parts of its subject; a neuron's pattern fills the picture, and settles where most of
        // it is seen. Its gradient is less consistent than that of a class, so it needs larger steps to get as far.
        let reach: Float = isClass ? 1 : 2
        return [
            stage(half, steps: 33, from: 0.6 * reach, to: 0.6 * reach, strength: 1),
            stage(input, steps: 37, from: 1.2 * reach, to: 0.3 * reach, strength: 1),
            stage(input, steps: 10, from: 0.3 * reach, to: 0.08 * reach, strength: 0.1),
        ]
    }

    /// Returns the stage as the subject needs it. Where MLPs alone mix tokens, the gradient is left as it is: with less of it
    /// through them, pictures of mixers burn out and are recognized less often. Gradients of models that bear noise have
    /// little fine grain: fine waves are damped less, and more of the gradient goes through the branches.
    static func stage(_ stage: RenderStage, in subject: any RenderSubject) -> RenderStage {
        var stage = stage
        if subject.mixesTokensByMLPs { stage.procedure.branchGradient = 1 }
        if subject.bearsNoise {
            stage.procedure.branchGradient = max(stage.procedure.branchGradient, 0.7)
            stage.procedure.parameterization = waves(decay: 0.7)
        }
        return stage
    }

    /// Returns the picture's parameterization: waves that are divided by their frequency to the power `decay`.
    static func waves(decay: Float) -> Parameterization { .fourier(deviation: 0.01, decay: decay, color: Color()) }

    /// Returns the factor for the rates: more steps are smaller ones, so that a picture goes as far on a straighter
    /// path, averaged over more views.
    static func rateFactor(steps: Int, of own: Int) -> Float { pow(Float(own) / Float(max(steps, 1)), 0.75) }
}

extension Procedure {
    /// Returns the default procedure for a model whose input is `inputSize` pixels wide.
    ///
    /// - Parameters:
    ///   - rate: the length of a step, as that of all waves' change together: the same for pictures of any size.
    ///   - strength: the strength of the transforms: 0 for none, 1 for those that leave only what can be recognized.
    ///   - parts: the part of the picture's width that the model sees, at a strength of 1: from the smallest to the largest.
    ///   - branchGradient: the factor of gradients through the branches of residual connections.
    public static func vitrine(
        inputSize: Int, rate: Schedule = Schedule(from: 1.2, to: 0.08, shape: .cosine), strength: Float = 1,
        parts: ClosedRange<Float> = 0.5...1, branchGradient: Float = 0.5
    ) -> Procedure {
        Procedure(
            parameterization: VitrineRecipe.waves(decay: 0.85),
            transforms: [
                .shift(pixels: strength * Float(inputSize) * 12 / 224),
                .rotate(degrees: .uniform(lower: -8 * strength, upper: 8 * strength)),
                .crop(
                    part: .uniform(
                        lower: 1 + (parts.lowerBound - 1) * strength, upper: 1 + (parts.upperBound - 1) * strength)),
                .colorShift(gain: 0.07 * strength, offset: 0.07 * strength),
                .noise(deviation: .constant(0.05 * strength)),
            ],
            optimizer: .momentum(rate: rate, decay: 0.9, normalization: .length), branchGradient: branchGradient)
    }
}
