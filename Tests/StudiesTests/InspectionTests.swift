import Compute
import Models
import Platform
import TestSupport
import Testing
import Visualization

/// A model's numbers as tensors, against PyTorch's on tiny random models.
@Suite(.timeLimit(.minutes(10))) struct InspectionTests {
    private static let families = ["vit", "ffmixer", "mixer"]
    private static let picture: Shape = [3, 16, 16]

    /// Two pictures in a batch, as the fixtures were made.
    private static let pair = Tensor(Reference.pattern(2 * picture.count, seed: 1), shape: [2, 3, 16, 16])

    private static func picture(_ index: Int) -> Tensor {
        Tensor(Array(pair.values[index * picture.count..<(index + 1) * picture.count]), shape: picture)
    }

    @Test(arguments: families)
    func activationsAgreeWithAndWithoutABatch(_ family: String) throws {
        let model = try Model.load(Reference.path("tiny_\(family)"))
        let reference = try Reference.open("tiny_\(family)_reference")
        for name in reference.names.filter({ $0.hasPrefix("output.") }).map({ String($0.dropFirst(7)) }) {
            let expected = try reference.parameter("output.\(name)").tensor
            let both = try model.activations(at: name, of: Self.pair)
            #expect(both.shape == expected.shape, "\(name)")
            #expect(Reference.distance(both.values, expected.values) < 1e-5, "\(name)")
            let second = try model.activations(at: name, of: Self.picture(1))
            #expect(second.shape == Shape(Array(expected.shape.dimensions.dropFirst())), "\(name)")
            #expect(Reference.distance(second.values, expected.values.suffix(second.values.count)) < 1e-5)
        }
    }

    @Test(arguments: families)
    func outputIsWhatTheFrameworkReturns(_ family: String) throws {
        let model = try Model.load(Reference.path("tiny_\(family)"))
        let expected = try Reference.open("tiny_\(family)_reference").parameter("output.logits").tensor
        #expect(try model.output(of: Self.pair).shape == [2, 5])
        #expect(Reference.distance(try model.output(of: Self.pair).values, expected.values) < 1e-5)
        #expect(try model.logits(of: Self.pair) == model.output(of: Self.pair))
        #expect(try model.logits(of: Self.picture(0)).shape == [5])
    }

    @Test(arguments: families)
    func gradientsAgree(_ family: String) throws {
        let model = try Model.load(Reference.path("tiny_\(family)"))
        let reference = try Reference.open("tiny_\(family)_reference")
        let expected = try reference.parameter("gradient.logits").tensor
        let logits = try reference.parameter("output.logits").tensor
        // The fixture weighs each picture's logits by a pattern of its own.
        let weights = Reference.pattern(10, seed: 2)
        for index in 0..<2 {
            let own = weights[index * 5..<(index + 1) * 5]
            let objective = Objective.plus(
                own.enumerated().map { logit, weight in
                    weight * .sum(Target(model: model.name, layer: "logits", features: .indices([logit])))
                })
            let found = try model.gradient(of: objective, at: Self.picture(index))
            #expect(found.gradient.shape == Self.picture)
            let ofPicture = expected.values[index * Self.picture.count..<(index + 1) * Self.picture.count]
            #expect(Reference.distance(found.gradient.values, ofPicture) < 1e-4)
            let value = zip(own, logits.values[index * 5..<(index + 1) * 5]).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(found.values[0] - value) < 1e-4 * max(1, abs(value)))
            let ofBoth = try model.gradient(of: objective, at: Self.pair)
            #expect(ofBoth.gradient.shape == Self.pair.shape)
            #expect(ofBoth.values.count == 2)
            let part = ofBoth.gradient.values[index * Self.picture.count..<(index + 1) * Self.picture.count]
            #expect(Reference.distance(part, ofPicture) < 1e-4)
        }
    }

    @Test func manyPicturesAreComputedInPiecesInOrder() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let count = 19
        let many = Tensor(
            Reference.pattern(count * Self.picture.count, seed: 3), shape: [count, 3, 16, 16])
        var reports: [Int] = []
        let together = try model.activations(at: "blocks.1", of: many) { done, total in
            #expect(total == count)
            reports.append(done)
        }
        #expect(reports.last == count)
        #expect(reports == reports.sorted() && reports.count > 1)
        let target = Target(model: model.name, layer: "blocks.1", features: .indices([3]))
        let gradients = try model.gradient(of: .mean(target), at: many)
        #expect(together.shape == [count, 17, 16])
        for index in [0, 7, 8, 18] {
            let one = Tensor(
                Array(many.values[index * Self.picture.count..<(index + 1) * Self.picture.count]),
                shape: Self.picture)
            let alone = try model.activations(at: "blocks.1", of: one)
            let part = together.values[index * alone.values.count..<(index + 1) * alone.values.count]
            #expect(Reference.distance(part, alone.values) < 1e-5)
            let gradient = try model.gradient(of: .mean(target), at: one)
            #expect(abs(gradient.values[0] - gradients.values[index]) < 1e-5)
        }
    }

    @Test func refusesInputsOfAnotherShape() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        func message(_ shape: Shape) -> String? {
            let error = #expect(throws: EngineError.self) { try model.output(of: Tensor(repeating: 0, shape: shape)) }
            return error?.message
        }
        let place = "The input of tiny_vit (channels × rows × columns, or several of these)"
        #expect(message([16, 16, 3]) == "\(place) must be 3 × 16 × 16, not 16 × 16 × 3.")
        #expect(message([16]) == "\(place) must be 3 × 16 × 16, not 16.")
        #expect(message([]) == "\(place) must be 3 × 16 × 16, not scalar.")
        #expect(message([2, 1, 16, 16]) == "\(place) must be 2 × 3 × 16 × 16, not 2 × 1 × 16 × 16.")
        #expect(message([0, 3, 16, 16]) == "The number of pictures is 0; it must be 1 or more.")
    }

    @Test func saysWhatIsNotThere() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let input = Self.picture(0)
        let unknown = #expect(throws: EngineError.self) { try model.activations(at: "blocks.7.mlp", of: input) }
        #expect(unknown?.message.contains("Did you mean “blocks.0.mlp”, “blocks.1.mlp”") == true)
        let other = Objective.mean(Target(model: "other", layer: "blocks.0"))
        #expect(
            throws: EngineError.invalidObjective(
                reason: "An objective can use one model: this one uses tiny_vit and other.")
        ) {
            try model.gradient(of: other, at: input)
        }
    }

    @Test func stopsWhenAsked() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let cancellation = Cancellation()
        cancellation.request()
        #expect(throws: EngineError.cancelled) { try model.output(of: Self.pair, cancellation: cancellation) }
        let target = Target(model: model.name, layer: "blocks.1")
        #expect(throws: EngineError.cancelled) {
            try model.gradient(of: .mean(target), at: Self.pair, cancellation: cancellation)
        }
    }
}
