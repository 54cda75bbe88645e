import Models
import Platform

extension Recipe {
    /// The maximum number of steps of all stages together.
    public static let mostSteps = 100_000
    /// The maximum number of starts of a picture.
    public static let mostStarts = 64
    /// The minimum width and height of a picture.
    public static let smallestSide = 2

    /// Throws if a number in the recipe is invalid, before anything is allocated.
    ///
    /// - Throws: ``EngineError`` `.invalidValue`, `.invalidObjective`, `.tooLarge`.
    public func validate() throws(EngineError) {
        guard !objectives.isEmpty else {
            throw .invalidObjective(reason: "There is nothing to render: give at least one objective.")
        }
        guard seeds.count == objectives.count else {
            throw .invalidValue(
                what: "The number of seeds", found: "\(seeds.count)",
                expected: "\(objectives.count), one for each picture")
        }
        // All steps first, which is the number that was asked for; a single stage reports it itself if it has too few.
        let steps = stages.reduce(0) { sum, stage in
            let (steps, isTooLarge) = sum.addingReportingOverflow(stage.steps)
            return isTooLarge ? .max : steps
        }
        guard steps <= Self.mostSteps else { throw Self.wrongSteps(steps) }
        // The last stage first: its size is the one that was asked for, and mostly the largest.
        for (place, stage) in stages.enumerated().reversed() {
            try stage.validate(pictures: objectives.count)
            guard place == 0 || stage.procedure.parameterization.canCarryOn else {
                throw .invalidValue(
                    what: "The recipe's stage \(place + 1)", found: "phases (MACO)",
                    expected:
                        "pixels or waves, which can continue from an earlier stage's picture; phases can only be the first stage"
                )
            }
        }
        if let starts, !(1...Self.mostStarts).contains(starts) {
            throw .invalidValue(
                what: "The number of starts", found: "\(starts)",
                expected: "a whole number from 1 to \(Self.mostStarts)")
        }
        if let stopAfter, !(0...totalSteps).contains(stopAfter) {
            throw .invalidValue(
                what: "stopAfter", found: "\(stopAfter)", expected: "a whole number from 0 to \(totalSteps)")
        }
    }

    /// Returns the error for too few or too many steps.
    static func wrongSteps(_ steps: Int) -> EngineError {
        .invalidValue(
            what: "The number of steps", found: "\(steps)", expected: "a whole number from 1 to \(mostSteps)")
    }

    /// Throws if the recipe does not match the model.
    ///
    /// - Throws: ``EngineError`` `.invalidValue`.
    package func validate(for subject: any RenderSubject) throws(EngineError) {
        guard model == subject.name else {
            throw .invalidValue(what: "The recipe's model", found: model, expected: subject.name)
        }
        guard weightsHash.isEmpty || weightsHash == subject.weightsHash else {
            throw .invalidValue(
                what: "The hash of \(subject.name)'s weights", found: subject.weightsHash,
                expected: "\(weightsHash), with which the recipe was made")
        }
        guard interventions == subject.interventions else {
            throw .invalidValue(
                what: "The model of the recipe", found: Model.name(baseModel, changedBy: subject.interventions),
                expected: Model.name(baseModel, changedBy: interventions))
        }
        for stage in stages { try stage.validate(input: subject.inputSize) }
    }
}

extension Procedure {
    /// Throws if a number in the procedure is invalid.
    public func validate() throws(EngineError) {
        try parameterization.validate()
        for transform in transforms { try transform.validate() }
        try optimizer.validate()
        try requireThat((1...1024).contains(copies), "The copies in a step", copies, "between 1 and 1024")
        try requireThat(
            (0...1).contains(branchGradient), "The factor of gradients through branches", branchGradient,
            "between 0 and 1")
        guard !corrections.isEmpty else { return }
        guard case .pixels = parameterization else {
            throw .invalidValue(
                what: "A correction after each step", found: "applied to waves",
                expected: "applied to pixels, which alone can be blurred or limited")
        }
        for correction in corrections { try correction.validate() }
    }
}

extension Correction {
    func validate() throws(EngineError) {
        switch self {
        case .blur(let deviation, let size): try Transform.blur(deviation: deviation, size: size).validate()
        case .clamp(let lower, let upper): try Transform.clamp(lower: lower, upper: upper).validate()
        }
    }
}

extension Parameterization {
    func validate() throws(EngineError) {
        try start?.validate()
        switch self {
        case .fourier(let deviation, let decay, _, _, _, let longestWave):
            try requireThat(deviation.isFinite && deviation >= 0, "deviation", deviation, "zero or more")
            try requireThat(decay.isFinite && abs(decay) <= 10, "decay", decay, "between -10 and 10")
            if let longestWave {
                try requireThat(
                    longestWave.isFinite && longestWave >= 2, "longest wave", longestWave, "2 pixels or more")
            }
        case .pixels: break
        case .phase(let magnitude, let contrast, _):
            try magnitude.validate()
            try requireThat(contrast.isFinite && contrast > 0, "contrast", contrast, "above 0")
        }
    }
}

extension PictureStart {
    func validate() throws(EngineError) {
        switch self {
        case .noise(let mean, let deviation):
            try requireThat(mean.isFinite, "mean", mean, "a finite number")
            try requireThat(deviation.isFinite && deviation >= 0, "deviation", deviation, "zero or more")
        case .evenNoise(let lower, let upper):
            try requireThat(
                lower.isFinite && upper.isFinite && lower <= upper, "the noise's lower limit", lower, "\(upper) or less"
            )
        case .gray(let level): try requireThat((0...1).contains(level), "level", level, "between 0 and 1")
        case .photograph(_, let headroom):
            try requireThat(
                (0..<0.5).contains(headroom ?? 0), "headroom", headroom ?? 0, "zero or more and below 0.5")
        }
    }
}

extension Transform {
    func validate() throws(EngineError) {
        switch self {
        case .pad(let pixels, let value):
            try requireThat(pixels >= 0, "pad", pixels, "zero or more")
            try requireThat(value.isFinite, "the pad's value", value, "a finite number")
        case .flip: break
        case .roll(let pixels):
            try requireThat((0...100_000).contains(pixels), "roll", pixels, "a whole number from 0 to 100000")
        case .jitter(let pixels):
            try requireThat(
                (0...100_000).contains(pixels), "jitter", pixels, "a whole number from 0 to 100000")
        case .shift(let pixels):
            try requireThat((0...1e5).contains(pixels), "shift", pixels, "between 0 and 100000")
        case .scale(let range): try require(range, "scale", 0.01...100)
        case .crop(let range): try require(range, "crop", 0.01...100)
        case .view(let range): try require(range, "view", 0.01...100)
        case .rotate(let range): try require(range, "rotate", -36000...36000)
        case .blur(let deviation, let size):
            try requireThat(
                (1...255).contains(size) && !size.isMultiple(of: 2), "the blur's size", size,
                "an odd number from 1 to 255")
            try require(deviation, "blur")
        case .colorShift(let gain, let offset):
            try requireThat((0...10).contains(gain), "the color shift's gain", gain, "between 0 and 10")
            try requireThat(
                (0...100).contains(offset), "the color shift's offset", offset, "between 0 and 100")
        case .noise(let deviation), .channelNoise(let deviation): try require(deviation, "noise")
        case .clamp(let lower, let upper):
            try requireThat(lower <= upper, "the clamp's lower limit", lower, "\(upper) or less")
        }
    }

    private func require(
        _ distribution: Distribution, _ what: String, _ limits: ClosedRange<Float>
    ) throws(EngineError) {
        guard let bounds = distribution.bounds, limits.contains(bounds.lowerBound),
            limits.contains(bounds.upperBound)
        else {
            throw .invalidValue(
                what: what, found: distribution.words,
                expected: "one or more numbers between \(limits.lowerBound) and \(limits.upperBound)")
        }
    }

    private func require(_ schedule: Schedule, _ what: String) throws(EngineError) {
        let smallest = min(schedule.start, schedule.end)
        try requireThat(schedule.isFinite && smallest >= 0, what, smallest, "zero or more")
    }
}

extension Optimizer {
    func validate() throws(EngineError) {
        switch self {
        case .adam(let rate, let beta1, let beta2, let epsilon), .nadam(let rate, let beta1, let beta2, let epsilon):
            try requireThat(rate.isFinite, "rate", rate.start, "a finite number")
            try requireThat((0..<1).contains(beta1), "beta1", beta1, "at least 0 and below 1")
            try requireThat((0..<1).contains(beta2), "beta2", beta2, "at least 0 and below 1")
            try requireThat(epsilon.isFinite && epsilon > 0, "epsilon", epsilon, "above 0")
        case .ascent(let rate, _): try requireThat(rate.isFinite, "rate", rate.start, "a finite number")
        case .momentum(let rate, let decay, _):
            try requireThat(rate.isFinite, "rate", rate.start, "a finite number")
            try requireThat((0..<1).contains(decay), "the momentum's decay", decay, "at least 0 and below 1")
        }
    }
}

extension Distribution {
    fileprivate var words: String {
        switch self {
        case .uniform(let lower, let upper): "from \(lower) to \(upper)"
        case .oneOf(let values):
            values.isEmpty ? "no number" : "one of " + values.map { "\($0)" }.joined(separator: ", ")
        }
    }
}

private func requireThat(
    _ holds: Bool, _ what: String, _ found: some CustomStringConvertible, _ expected: String
) throws(EngineError) {
    guard holds else { throw .invalidValue(what: what, found: "\(found)", expected: expected) }
}
