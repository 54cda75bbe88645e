import Compute
import Platform
import TestSubjects
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct SortedMatchTests {
    private static let subject = LinearSubject()
    private static let target = Target(model: "fake", layer: "linear", features: .indices([0, 3]), tokens: .patches)

    /// Two photographs whose sorted values are averaged rank by rank, whatever places they come from.
    private static func references(_ set: PhotographSet) -> ReferenceActivations {
        var references = ReferenceActivations()
        for (number, photograph) in set.photographs.enumerated() {
            references[photograph, "linear"] = Tensor(
                normals(35, seed: UInt64(40 + number)), shape: [7, 5])
        }
        return references
    }

    private static let set = PhotographSet(
        name: "dogs", photographs: ["a", "b"].map { PhotographReference(name: $0, sha256: $0) })

    private func evaluation() throws -> ObjectiveEvaluation {
        var layers = WantedLayers()
        return try ObjectiveEvaluation(
            .distribution(Self.target, like: Self.set), model: "fake", references: Self.references(Self.set),
            layers: &layers, shape: { address throws(EngineError) in try Self.subject.layerShape(address) })
    }

    @Test func theValueIsTheDistanceInOrderOfSize() throws {
        let executor = try Self.subject.makeExecutor(layers: ["linear"], batch: 1, gradient: true)
        let input = normals(Self.subject.inputCount, seed: 8)
        executor.setInput(input)
        try executor.forward(cancellation: nil)
        let output = executor.output(LayerIndex(0))
        var expected: Float = 0
        for feature in [0, 3] {
            func sorted(_ values: [Float]) -> [Float] { (1..<7).map { values[$0 * 5 + feature] }.sorted() }
            let (first, second) = (sorted(normals(35, seed: 40)), sorted(normals(35, seed: 41)))
            for (rank, value) in sorted(output).enumerated() {
                let difference = value - (first[rank] + second[rank]) / 2
                expected -= difference * difference / 12
            }
        }
        let value = try evaluation().evaluate(on: executor, picture: 0, seedsGradient: false)
        #expect(abs(value - expected) < 1e-4 * abs(expected))
    }

    @Test func theGradientAgreesWithDifferences() throws {
        let executor = try Self.subject.makeExecutor(layers: ["linear"], batch: 1, gradient: true)
        let evaluation = try evaluation()
        var input = normals(72, seed: 8)
        func value() throws -> Float {
            executor.setInput(input)
            try executor.forward(cancellation: nil)
            return evaluation.evaluate(on: executor, picture: 0, seedsGradient: true)
        }
        _ = try value()
        try executor.backward(cancellation: nil)
        let gradient = executor.inputGradient
        let largest = gradient.reduce(Float(0)) { max($0, abs($1)) }
        for place in stride(from: 0, to: gradient.count, by: 5) {
            let before = input[place]
            input[place] = before + 1e-3
            let up = try value()
            input[place] = before - 1e-3
            let down = try value()
            input[place] = before
            #expect(abs((up - down) / 2e-3 - gradient[place]) < 0.02 * largest)
        }
    }

    @Test func aSetIsPartOfARecipe() throws {
        let objective = Objective.mean(Self.target) + .distribution(Self.target, like: Self.set)
        let recipe = RecipeTests.recipe(objectives: [objective])
        #expect(try Recipe(json: recipe.json()) == recipe)
        #expect(recipe.photographs == Self.set.photographs)
        #expect(
            "\(objective)" == "linear neurons 0, 3 + likeness of linear neurons 0, 3 to 2 photographs "
                + "of “dogs”")
        let none = Objective.distribution(Self.target, like: PhotographSet(name: "cats", photographs: []))
        let error = #expect(throws: EngineError.self) {
            _ = try Renderer(subject: Self.subject, recipe: RecipeTests.recipe(objectives: [none]))
        }
        #expect(error?.message == "The number of photographs in “cats” is 0; it must be at least 1.")
    }

    /// The paper's blocks for its models; as deep in others.
    @Test func vitalsDepths() {
        func layers(_ depth: Int) -> [String] {
            Objective.vital(.mean(Self.target), like: Self.set, model: "fake", depth: depth).layers.dropFirst().map {
                $0
            }
        }
        #expect(layers(12) == ["blocks.0", "blocks.4", "blocks.8", "blocks.11"])
        #expect(layers(24) == ["blocks.2", "blocks.9", "blocks.20", "blocks.23"])
        #expect(layers(2) == ["blocks.0", "blocks.1"])
        #expect(layers(1) == ["blocks.0"])
    }
}
