import Foundation
import Testing
import VitrineEngine

/// A device that knows nothing of this package but what is public computes its models.
@Suite(.timeLimit(.minutes(10))) struct OtherBackendTests {
    private static let fixtures = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures")

    /// Two blocks each, of attention, of MLPs over tokens and features, and of both kinds of layout.
    private static func model(_ name: String) throws -> Model {
        try Model.load(fixtures.appendingPathComponent("\(name).safetensors").path)
    }

    private static func objectives(_ model: Model) -> [Objective] {
        [
            .mean(Target(model: model.name, layer: "logits", features: .indices([1]))),
            .mean(Target(model: model.name, layer: "blocks.0", features: .indices([2, 5])))
                - 0.3 * .meanSquare(Target(model: model.name, layer: "blocks.1")),
        ]
    }

    /// float32 sums differ from float64 ones by about 2⁻²⁴ · √n of the terms, for sums of n ≤ 100 through some twenty
    /// operations: 1e-5 of the largest, and ten times that for what has gone through both passes.
    @Test(arguments: ["tiny_vit", "tiny_ffmixer", "tiny_mixer"])
    func valuesAndGradientsAreTheProcessors(_ name: String) throws {
        let model = try Self.model(name)
        let shape: Shape = [2, 3, model.imageSize.height, model.imageSize.width]
        let input = Tensor((0..<shape.count).map { sin(Float($0) * 0.7) }, shape: shape)
        for objective in Self.objectives(model) {
            let expected = try model.gradient(of: objective, at: input)
            let found = try model.on(NaiveBackend()).gradient(of: objective, at: input)
            #expect(Self.distance(found.values, expected.values) < 1e-5)
            #expect(Self.distance(found.gradient.values, expected.gradient.values) < 1e-4)
            #expect(expected.gradient.values.contains { $0 != 0 })
        }
    }

    /// A step moves a picture by a share of its gradient, so that four steps carry no more than some 1e-4 of what they draw:
    /// no pixel is off by more than the rounding to 8 bits, and few are off at all.
    @Test(arguments: ["tiny_vit", "tiny_ffmixer", "tiny_mixer"])
    func picturesAreTheProcessors(_ name: String) throws {
        let model = try Self.model(name)
        let recipe = try Recipe(.vitrine, for: Self.objectives(model), in: model, seeds: [1, 2], steps: 4)
        let expected = try Renderer(subject: model, recipe: recipe).run()
        let found = try Renderer(subject: model.on(NaiveBackend()), recipe: recipe).run()
        #expect(found.stop == .finished && found.history.count == expected.history.count)
        for (one, other) in zip(found.pictures, expected.pictures) {
            let differences = zip(one.image.pixels, other.image.pixels).map { abs(Int($0) - Int($1)) }
            #expect(differences.allSatisfy { $0 <= 1 })
            #expect(differences.count { $0 > 0 } < differences.count / 50)
            #expect(abs(one.activation - other.activation) < 1e-2 * max(1, abs(other.activation)))
        }
    }

    /// However often layers are lent, each goes over once in a step.
    @Test func aStepTransfersEachLayerOnce() throws {
        let model = try Self.model("tiny_vit")
        let backend = NaiveBackend()
        let objectives = (0..<5).map { (index: Int) -> Objective in
            .mean(Target(model: model.name, layer: "logits", features: .indices([index])))
                + .mean(Target(model: model.name, layer: "blocks.0", features: .indices([index])))
        }
        func transfers(steps: Int) throws -> Int {
            var recipe = try Recipe(.vitrine, for: objectives, in: model, seeds: [1, 2, 3, 4, 5], steps: 12)
            recipe.stopAfter = steps
            let before = backend.transfers.count
            _ = try Renderer(subject: model.on(backend), recipe: recipe).run()
            return backend.transfers.count - before
        }
        // The input, two outputs, two seeds and the gradient.
        #expect(try transfers(steps: 2) - transfers(steps: 1) == 6)
    }

    /// Pictures of another device are kept apart from the processor's, whose keys do not name it.
    @Test func keysNameTheDevice() throws {
        let model = try Self.model("tiny_vit")
        let other = model.on(NaiveBackend())
        #expect(other.pictureFacts.contains(", computed by plain loops"))
        #expect(model.pictureFacts.contains(", computed by") == (model.backend.arithmetic != nil))
        if let text = model.backend.arithmetic {
            #expect(text.contains("OpenBLAS") && other.pictureFacts.hasSuffix(text))
        }
        let recipe = try Recipe(.vitrine, for: [Self.objectives(model)[0]], in: model, seeds: [1], steps: 4)
        let keys = try [model, other].map { try PictureKey(recipe, facts: $0.pictureFacts).name }
        #expect(keys[0] != keys[1])
        #expect(model.on(CPUBackend(threads: 1)).pictureFacts == model.pictureFacts)
        #expect(model.backend.name.hasPrefix("CPU, "))
    }

    /// The threads are those of the model's backend, for pictures as for the model, and no bit depends on how many there are.
    @Test(arguments: ["tiny_vit", "tiny_mixer"]) func threadsAreGivenAndChangeNoBit(_ name: String) throws {
        let model = try Self.model(name)
        let recipe = try Recipe(.vitrine, for: Self.objectives(model), in: model, seeds: [1, 2], steps: 4)
        let renderings = try [1, 2, 5].map { threads in
            let model = model.on(CPUBackend(threads: threads))
            #expect(model.host.threadCount == threads)
            return try Renderer(subject: model, recipe: recipe).run()
        }
        let expected = try Renderer(subject: model, recipe: recipe).run()
        for rendering in renderings {
            #expect(rendering.pictures == expected.pictures && rendering.history == expected.history)
        }
    }

    /// What does not fit is computed in several batches, and what does not fit alone is refused.
    @Test func itsMemoryIsTheOneThatCounts() throws {
        let model = try Self.model("tiny_vit")
        let objectives = Array(repeating: Self.objectives(model)[0], count: 3)
        let recipe = try Recipe(.vitrine, for: objectives, in: model, seeds: [1, 2, 3], steps: 3)
        let one = try model.on(NaiveBackend()).requiredBytes(layers: ["logits"], gradient: true)
        let whole = try Renderer(subject: model.on(NaiveBackend()), recipe: recipe).run()
        let narrow = try Renderer(subject: model.on(NaiveBackend(availableBytes: 2 * one)), recipe: recipe).run()
        #expect(narrow.pictures == whole.pictures)
        let small = model.on(NaiveBackend(availableBytes: one - 1))
        #expect(throws: EngineError.tooLarge(what: "This plan", neededBytes: one, availableBytes: one - 1)) {
            try small.makeExecutor(layers: ["logits"], gradient: true)
        }
        #expect(throws: EngineError.tooLarge(what: "This picture", neededBytes: one, availableBytes: one - 1)) {
            try small.plan(layers: ["logits"], gradient: true)
        }
    }

    /// The largest difference, against the largest expected number.
    private static func distance(_ found: [Float], _ expected: [Float]) -> Float {
        guard found.count == expected.count else { return .infinity }
        let largest = expected.reduce(0) { max($0, abs($1)) }
        return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / max(largest, .leastNormalMagnitude)
    }
}
