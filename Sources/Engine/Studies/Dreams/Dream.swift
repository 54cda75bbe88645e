import Foundation
import Images
import Platform
import Visualization

/// The settings of a deep dream over a photograph.
public struct Dream: Hashable, Sendable {
    /// How many steps each octave has.
    public var steps = 100
    /// How many sizes there are, from the smallest to the picture's own.
    public var octaves = 3
    /// The ratio of each size to the one before.
    public var octaveScale = 1.3
    /// The picture's longer side in pixels; nil for the photograph's own, at most ``largestSide``.
    public var longerSide: Int?
    /// The factor of the step size; 1 by default.
    public var strength: Float = 1
    /// The seed of the random numbers.
    public var seed: UInt64 = 0

    /// The longer side, in pixels, to which a larger photograph is reduced if no size is given.
    public static let largestSide = 640

    /// Creates a dream with the default settings.
    public init() {}
}

extension Recipe {
    /// Creates the recipe of a dream.
    ///
    /// In each octave the model sees a window of its input's size at a random position in a larger picture, so the
    /// picture can have any size. A picture no larger than the input is seen whole. Coarse octaves move shapes, fine
    /// ones draw details in them. The picture is parameterized by its spectrum, starting from the photograph's, so that
    /// what is drawn is smooth.
    ///
    /// - Parameters:
    ///   - photograph: the photograph that the dream begins with, of any size.
    ///   - reference: its name in the recipe.
    ///   - objective: the objective to maximize.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
    /// - Source: Mordvintsev, Olah, Tyka 2015, “Inceptionism”; octaves as in the article *Transformer and Mixer
    ///   Features*, whose sizes are 299, 380 and 460 pixels for a model of 224.
    public init(
        _ dream: Dream, of photograph: Image, called reference: PhotographReference, toward objective: Objective,
        in subject: any RenderSubject
    ) throws(EngineError) {
        try dream.validate()
        let input = subject.inputSize
        let longest = max(photograph.width, photograph.height)
        let side = dream.longerSide ?? min(longest, Dream.largestSide)
        let shorter = min(photograph.width, photograph.height)
        // A window has to fit into the picture, also along the shorter side.
        let least = max(Double(input.width), Double(input.height)) / Double(shorter)
        let scale = max(Double(side) / Double(longest), least)
        var stages: [RenderStage] = []
        for octave in 0..<dream.octaves {
            let octaveScale = scale / pow(dream.octaveScale, Double(dream.octaves - 1 - octave))
            let size = max(octaveScale, least)
            stages.append(
                RenderStage(
                    width: max(input.width, Int((Double(photograph.width) * size).rounded())),
                    height: max(input.height, Int((Double(photograph.height) * size).rounded())),
                    steps: dream.steps, procedure: dream.procedure(reference, input: input)))
        }
        self.init(
            model: subject.name, weightsHash: subject.weightsHash, objectives: [objective], seeds: [dream.seed],
            stages: stages)
        inputSize = subject.requestedSize
        modelSettings = subject.settings.ifAny
        interventions = subject.interventions
    }
}

extension Dream {
    /// Checks that the numbers are in range.
    func validate() throws(EngineError) {
        guard (1...10).contains(octaves) else {
            throw .invalidValue(what: "The number of octaves", found: "\(octaves)", expected: "from 1 to 10")
        }
        if let longerSide, !(16...16384).contains(longerSide) {
            throw .invalidValue(
                what: "The dream's longer side", found: "\(longerSide) px", expected: "from 16 to 16384 px")
        }
        guard strength.isFinite, strength > 0, strength <= 1000 else {
            throw .invalidValue(
                what: "The dream's strength", found: "\(strength)", expected: "above 0 (the default is 1)")
        }
    }

    fileprivate func procedure(_ photograph: PhotographReference, input: PixelSize) -> Procedure {
        Procedure(
            parameterization: .fourier(
                deviation: 0, decay: 1.15, color: Color(), start: .photograph(photograph, headroom: 0.03),
                keepsMean: true,
                // Longer waves are light and shade, not things.
                longestWave: Float(input.shorterSide) / 3),
            sight: .window,
            transforms: [
                .shift(pixels: Float(input.shorterSide) / 28), .rotate(degrees: .uniform(lower: -5, upper: 5)),
                .view(part: .uniform(lower: 0.85, upper: 1.15)), .colorShift(gain: 0.3, offset: 0.2),
                .noise(deviation: .constant(0.08)),
            ],
            // Small steps, so that it remains a photograph. Four to five times the rate fills it with glaring colors
            // and reaches less, since the steps lead away from the pictures that the model knows.
            optimizer: .adam(rate: Schedule(from: 0.016 * strength, to: 0.004 * strength, shape: .cosine)))
    }
}
