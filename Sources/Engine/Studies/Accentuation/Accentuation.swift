import Compute
import Images
import Models
import Platform
import Visualization

/// The settings of an accentuation: a photograph with more of a feature, while a layer stays near what it was.
public struct Accentuation: Hashable, Sendable {
    /// The layer that stays near; nil for nothing that holds the picture back.
    public var keeping: Target?
    /// How strongly it stays: the ratio of the gradient that holds the picture to the one that changes it, at the start.
    public var balance: Float = 1
    /// The number of steps.
    public var steps = 100
    /// The factor of the step size; 1 by default.
    public var strength: Float = 1
    /// The seed of the random numbers.
    public var seed: UInt64 = 0

    /// Creates an accentuation with the default settings.
    public init() {}

    /// The noise of the picture at each step, in 0…1: at the photograph itself the distance has no gradient.
    static let noise: Float = 0.05
}

extension Model {
    /// Returns the recipe of an accentuation.
    ///
    ///     objective + λ · (−‖a − r‖),  λ = balance · Σ |∂objective/∂x| / Σ |∂‖a − r‖/∂x|
    ///
    /// a are the kept layer's features in every patch, r those of the photograph. Both gradients are measured at the
    /// photograph with noise, and λ is written into the recipe.
    ///
    /// - Parameters:
    ///   - photograph: the photograph, whose middle fills the picture.
    ///   - reference: its name in the recipe.
    ///   - objective: the objective to maximize.
    ///   - photographs: those that the objective compares with.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``, ``EngineError/invalidObjective(reason:)``,
    ///   ``EngineError/cancelled``, ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    /// - Source: Hamblin et al. 2024, "Feature Accentuation", arXiv:2402.10039, with the balance of the authors' faccent,
    ///   where gradients are those of the parameters; here they are those of the picture.
    public func accentuation(
        of photograph: Image, called reference: PhotographReference, toward objective: Objective,
        photographs: [Image] = [], _ settings: Accentuation, cancellation: Cancellation? = nil
    ) throws(EngineError) -> Recipe {
        try settings.validate()
        var filling = reference
        filling.fillsPicture = true
        var whole = objective
        if let target = settings.keeping, settings.balance > 0 {
            let likeness = Objective.likeness(target, to: filling, by: .euclidean)
            let factor = try balance(
                of: objective, and: likeness, at: photograph, photographs: photographs, seed: settings.seed,
                cancellation: cancellation)
            whole = objective + settings.balance * factor * likeness
        }
        var recipe = Recipe(
            model: name, weightsHash: weightsHash, objectives: [whole], seeds: [settings.seed],
            stages: [
                RenderStage(
                    width: imageSize.width, height: imageSize.height, steps: settings.steps,
                    procedure: settings.procedure(reference, input: inputSize))
            ])
        recipe.inputSize = requestedSize
        recipe.modelSettings = self.settings.ifAny
        return recipe
    }

    /// Returns Σ |∂objective/∂x| / Σ |∂likeness/∂x| at a photograph with noise.
    private func balance(
        of objective: Objective, and likeness: Objective, at photograph: Image, photographs: [Image], seed: UInt64,
        cancellation: Cancellation?
    ) throws(EngineError) -> Float {
        let references = try references(
            for: [objective, likeness], photographs: photographs + [photograph], cancellation: cancellation)
        var input = photograph.covering(width: imageSize.width, height: imageSize.height).planes
        var random = RandomSource(seed: seed)
        for index in input.values.indices { input.values[index] += Accentuation.noise * random.normal() }
        input.values.withUnsafeMutableBufferPointer { values in
            guard let planes = values.baseAddress else { return }
            preprocessing.normalize(planes, into: planes, pictures: 1, plane: imageSize.width * imageSize.height)
        }
        func size(_ objective: Objective) throws(EngineError) -> Double {
            let found = try gradient(of: objective, at: input, references: references, cancellation: cancellation)
            return found.gradient.values.reduce(0.0) { $0 + Double(abs($1)) }
        }
        let (wanted, holding) = (try size(objective), try size(likeness))
        guard wanted > 0, holding > 0, (wanted / holding).isFinite else {
            throw .invalidObjective(
                reason: wanted > 0
                    ? "The layer to keep does not change with the picture, so it cannot hold it back: keep another one."
                    : "At this photograph the objective has no gradient, so there is nothing to follow: choose another one."
            )
        }
        return Float(wanted / holding)
    }
}

extension Accentuation {
    /// Checks that the numbers are in range.
    func validate() throws(EngineError) {
        guard balance.isFinite, (0...1000).contains(balance) else {
            throw .invalidValue(
                what: "The accentuation's balance", found: "\(balance)", expected: "0 (nothing is kept) to 1000")
        }
        guard strength.isFinite, strength > 0, strength <= 1000 else {
            throw .invalidValue(
                what: "The accentuation's strength", found: "\(strength)", expected: "above 0 (the default is 1)")
        }
    }

    fileprivate func procedure(_ photograph: PhotographReference, input: PixelSize) -> Procedure {
        Procedure(
            parameterization: .fourier(deviation: 0, decay: 1, color: Color(), start: .photograph(photograph)),
            transforms: [
                .shift(pixels: Float(input.shorterSide) / 56),
                .noise(deviation: .constant(Self.noise)),
            ],
            optimizer: .adam(rate: Schedule(from: 0.02 * strength, to: 0.005 * strength, shape: .cosine)), copies: 2)
    }
}
