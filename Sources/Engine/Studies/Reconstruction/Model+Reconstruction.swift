import Compute
import Foundation
import Images
import Models
import Platform
import Visualization

extension Model {
    /// Reconstructs a photograph from parts of this model's activations for it, one picture for each source.
    ///
    /// All pictures start from the same one, so that they differ only in their sources. A part that contains little
    /// leaves much of the picture to chance and to the total variation. ``ReconstructionErrors`` show how much it
    /// contains.
    ///
    /// - Parameters:
    ///   - photograph: of any size; the model's own preprocessing prepares it.
    ///   - photographName: the photograph's file, or another name for it.
    ///   - sources: the parts that are given; at least one.
    ///   - cancellation: ends the render; the pictures so far are measured and returned.
    ///   - onStep: is called after each step.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``, ``EngineError/invalidObjective(reason:)``,
    ///   ``EngineError/outOfRange(what:index:count:place:)``, ``EngineError/unknownLayer(address:model:near:)``,
    ///   ``EngineError/notANumber(step:)``, ``EngineError/tooLarge(what:neededBytes:availableBytes:)``;
    ///   ``EngineError/cancelled`` when interrupted before the first step.
    /// - Source: Mahendran and Vedaldi 2015, arXiv:1412.0035; the article *Transformer and Mixer Features*.
    public func reconstruct(
        _ photograph: Image, named photographName: String = "photograph", from sources: [Reconstruction.Source],
        _ settings: ReconstructionSettings = .init(), cancellation: Cancellation = Cancellation(),
        onStep: (RenderProgress) -> Void = { _ in }
    ) throws(EngineError) -> Reconstruction {
        let reference = PhotographReference(name: photographName, of: photograph)
        let likenesses = sources.map { Objective.likeness($0.target, to: reference, by: $0.likeness) }
        for target in likenesses.flatMap(\.targets) where target.model == name {
            try target.validate(in: layerShape(target.layer))
        }
        let references = try references(for: likenesses, photographs: [photograph], cancellation: cancellation)
        let recipe = try reconstructionRecipe(likenesses, settings, references: references)
        var beginning = recipe
        beginning.stopAfter = 0
        let start = try Renderer(subject: self, recipe: beginning, references: references).run().pictures
        let rendering = try Renderer(subject: self, recipe: recipe, references: references)
            .run(cancellation: cancellation, onStep: onStep)
        if rendering.steps == 0 { throw .cancelled }
        let seen = preprocessing.seen(of: photograph)
        let evaluator = try ReconstructionEvaluator(for: self, photograph: seen, layers: sources.map(\.target.layer))
        var parts: [Reconstruction.Part] = []
        for (index, source) in sources.enumerated() {
            let given = try GivenElements(source.target, in: layerShape(source.target.layer))
            let errors = try evaluator.errors(
                of: rendering.pictures[index].image, start: start[index].image, given, layer: source.target.layer)
            parts.append(
                .init(source: source, picture: rendering.pictures[index], errors: errors, given: given.grid))
        }
        return Reconstruction(
            model: name, photograph: seen, reference: reference, parts: parts, rendering: rendering)
    }

    private func reconstructionRecipe(
        _ likenesses: [Objective], _ settings: ReconstructionSettings, references: ReferenceActivations
    ) throws(EngineError) -> Recipe {
        guard settings.totalVariation.isFinite else {
            throw .invalidValue(
                what: "The weight of the total variation", found: "\(settings.totalVariation)",
                expected: "a finite number, such as 0.5")
        }
        var objectives: [Objective] = []
        for likeness in likenesses {
            let factor = try factor(of: likeness, settings.scale, references: references)
            let objective = factor == 1 ? likeness : factor * likeness
            let values = 3 * Float(inputSize.width * inputSize.height)
            let variation = settings.totalVariation / values
            objectives.append(variation == 0 ? objective : objective - variation * .totalVariation(.absolute))
        }
        var recipe = Recipe(
            model: name, weightsHash: weightsHash, objectives: objectives,
            seeds: objectives.map { _ in settings.seed }, width: inputSize.width, height: inputSize.height,
            steps: settings.steps,
            procedure: settings.procedure ?? .reconstruction(inputSize: min(inputSize.width, inputSize.height)))
        recipe.inputSize = requestedSize
        recipe.modelSettings = self.settings.ifAny
        recipe.interventions = interventions
        return recipe
    }

    private func factor(
        of likeness: Objective, _ scale: ReconstructionSettings.Scale, references: ReferenceActivations
    ) throws(EngineError) -> Float {
        guard let target = likeness.targets.first else { return 1 }
        if scale == .tokens { return Float(try target.tokenIndices(in: layerShape(target.layer)).count) }
        // A dot product is not a distance, and has no share.
        if case .summand(let summand) = likeness, case .dotCosine = summand.likeness { return 1 }
        let even = Tensor(repeating: 0, shape: [3, inputSize.height, inputSize.width])
        let distance = -(try gradient(of: likeness, at: even, references: references).values[0])
        guard distance > 1e-6 else { return 1 }
        // Three digits are enough, and easy to read.
        let digits = pow(10, 2 - log10(1 / distance).rounded(.down))
        return (digits / distance).rounded() / digits
    }
}
