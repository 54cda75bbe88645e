extension Model {
    /// The recipe of pictures that a layer takes for a photograph.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``, ``EngineError/invalidObjective(reason:)``,
    ///   ``EngineError/outOfRange(what:index:count:place:)``, ``EngineError/unknownLayer(address:model:near:)``.
    public func reconstructionRecipe(
        of photograph: PhotographReference, from sources: [Reconstruction.Source],
        _ settings: ReconstructionSettings = .init()
    ) throws(EngineError) -> Recipe {
        var objectives: [Objective] = []
        for source in sources {
            var objective = Objective.likeness(source.target, to: photograph, by: source.likeness)
            if settings.sums {
                let elements = try SelectedElements(source.target, in: layerShape(source.target.layer))
                let isByToken = source.likeness != .l1 && source.likeness != .l2
                objective = (isByToken ? elements.rows.count : elements.count) * objective
            }
            if settings.totalVariation != 0 {
                objective = objective - settings.totalVariation * .totalVariation(.absolute)
            }
            objectives.append(objective)
        }
        // All pictures start alike, so that only what they are made from differs.
        return Recipe(
            model: name, weightsHash: weightsHash, objectives: objectives,
            seeds: objectives.map { _ in settings.seed }, width: inputSize.width, height: inputSize.height,
            steps: settings.steps, procedure: settings.procedure)
    }

    /// Makes a photograph again from parts of what this model computes of it, a picture for each source.
    ///
    /// - Parameters:
    ///   - photograph: of any size; the model's own preprocessing prepares it.
    ///   - photographName: its file or what else people call it.
    ///   - sources: what is given of it.
    ///   - cancellation: ends the render; the pictures so far are measured and returned.
    ///   - onStep: is called after each step.
    /// - Throws: as ``reconstructionRecipe(of:from:_:)``; ``EngineError/notANumber(step:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    public func reconstruct(
        _ photograph: Image, named photographName: String = "photograph", from sources: [Reconstruction.Source],
        _ settings: ReconstructionSettings = .init(), cancellation: Cancellation = Cancellation(),
        onStep: (RenderProgress) -> Void = { _ in }
    ) throws(EngineError) -> Reconstruction {
        let reference = PhotographReference(name: photographName, of: photograph)
        let recipe = try reconstructionRecipe(of: reference, from: sources, settings)
        let references = try references(for: recipe.objectives, photographs: [photograph])
        var beginning = recipe
        beginning.stopAfter = 0
        let start = try Renderer(subject: self, recipe: beginning, references: references).run().pictures
        let rendering = try Renderer(subject: self, recipe: recipe, references: references)
            .run(cancellation: cancellation, onStep: onStep)
        let seen = preprocessing.seen(of: photograph)
        let ruler = try ReconstructionRuler(for: self, photograph: seen, layers: recipe.objectives.flatMap(\.layers))
        var parts: [Reconstruction.Part] = []
        for (index, source) in sources.enumerated() {
            let given = try GivenElements(source.target, in: layerShape(source.target.layer))
            let errors = try ruler.errors(
                of: rendering.pictures[index].image, start: start[index].image, given, layer: source.target.layer)
            let place = given.patches.flatMap { patches in given.layout.map { (patches, $0) } }
            parts.append(
                .init(source: source, picture: rendering.pictures[index], errors: errors, given: place))
        }
        return Reconstruction(
            model: name, photograph: seen, reference: reference, parts: parts, rendering: rendering)
    }
}
