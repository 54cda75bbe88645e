import Checkpoints
import Compute
import Images
import Models
import Platform
import Studies
import TestSubjects
import TestSupport
import Testing
import Visualization

/// Relevance maps of models whose attention is in windows, in a pooling head, of the class token alone, or beside words,
/// against PyTorch (`make_relevance_fixtures.py`, with whole matrices in float64).
@Suite(.timeLimit(.minutes(10))) struct RelevanceFamilyTests {
    private let values: Safetensors

    init() throws { values = try Reference.open("causes/relevance/reference") }

    /// Pixels that look random, of the model's own size.
    private static func photograph(_ size: Int) -> Image {
        Image(
            width: size, height: size,
            pixels: Reference.pattern(size * size * 3, seed: 1).map { UInt8((($0 + 2) / 4 * 255).rounded(.down)) })
    }

    private func expect(_ found: Relevance, _ name: String) throws {
        let expected = try values.parameter("\(name).map").tensor
        #expect(found.map.values.shape == expected.shape)
        // Maps are products of a dozen float32 results, PyTorch's of float64 ones.
        #expect(Reference.distance(found.map.values.values, expected.values) < 1e-4, "\(name)")
        let value = try values.parameter("\(name).value").tensor.values[0]
        #expect(abs(found.value - value) < 1e-5 * max(abs(value), 1))
    }

    @Test(arguments: [("swin", 32), ("pool", 16), ("cait", 16)]) func classesOfOtherFamilies(
        _ name: String, _ size: Int
    ) throws {
        let model = try Model.load(Reference.path("causes/relevance/\(name)/model"))
        let logit = Objective.sum(Target(model: model.name, layer: "logits", features: .indices([2])))
        var reports: [Int] = []
        let found = try model.relevance(of: logit, at: Self.photograph(size)) { done, _ in reports.append(done) }
        try expect(found, name)
        #expect(reports == Array(1...reports.count))
        guard name == "pool" else { return }
        // The last attention is that of the learned query.
        let last = try model.relevance(of: logit, at: Self.photograph(size), .init(.gradientAttention))
        #expect(
            Reference.distance(last.map.values.values, try values.parameter("pool.last").tensor.values) < 1e-4)
    }

    @Test(arguments: ["clip", "siglip"]) func wordsInBothKindsOfModels(_ name: String) throws {
        let model = try Model.load(Reference.path("texts/\(name)/model"))
        let features = try Reference.open("texts/\(name)/reference").parameter("features").tensor
        let words = Objective.text(
            "words", Target(model: model.name, layer: "embedding"), vector: features.part(0).values)
        try expect(try model.relevance(of: words, at: Self.photograph(16)), name)
    }

    /// A neuron is explained from the tokens that it is read at, not from the class token.
    @Test func aNeuronIsExplainedFromItsOwnTokens() throws {
        let reference = try CauseReference()
        var target = Target(model: "vit", layer: "blocks.1.mlp.hidden", features: .indices([5]), tokens: .indices([6]))
        let one = try reference.vit.relevance(of: .mean(target), at: reference.photograph).map.values
        // Its own patch is relevant to it by 1, and others by what attention passes on.
        #expect(one.values[6] >= 1 && one.values.enumerated().allSatisfy { $0.offset == 6 || $0.element < 1 })
        target.tokens = .special("CLS")
        let ofClassToken = try reference.vit.relevance(of: .mean(target), at: reference.photograph).map.values
        #expect(ofClassToken != one && ofClassToken.values.allSatisfy { $0 < 1 })
        // Nothing attends before the first block.
        let early = Objective.mean(Target(model: "vit", layer: "blocks.0.norm1"))
        #expect(throws: EngineError.self) { try reference.vit.relevance(of: early, at: reference.photograph) }
    }

    /// What compares with a photograph is an objective as others are.
    @Test func likenessesHaveCausesToo() throws {
        let reference = try CauseReference()
        let (vit, photograph) = (reference.vit, reference.photograph)
        let like = Objective.likeness(
            Target(model: "vit", layer: "blocks.2"),
            to: PhotographReference(name: "other", sha256: reference.other.sha256), by: .cosine)
        let references = try vit.references(for: [like], photographs: [reference.other])
        let heads = vit.headTargets.map { Importance.Part.target($0) }
        let found = try vit.importance(of: heads, for: like, at: photograph, references: references)
        let whole = try vit.gradient(
            of: like, at: vit.preprocessing.tensor(of: photograph), references: references
        ).values[0]
        #expect(abs(found.value - whole) < 1e-5 && found.effects.contains { abs($0.loss) > 1e-4 })
        // Everything patched from the other photograph: nothing is left to tell them apart.
        let patched = try vit.importance(
            of: try Importance.Part.tokens(of: "blocks.0.before", in: vit), for: like, at: reference.other,
            references: references)
        #expect(abs(patched.value) < 1e-5, "a photograph is like itself")
        for method in Relevance.Method.allCases {
            let map = try vit.relevance(of: like, at: photograph, .init(method, steps: 4), references: references)
            #expect(map.map.values.values.contains { $0 != 0 })
        }
        let map = try vit.relevance(of: like, at: photograph, references: references).map
        var settings = Faithfulness.Settings()
        settings.samples = 0
        let faithful = try vit.faithfulness(of: [map], for: like, at: photograph, settings, references: references)
        #expect(faithful.value == found.value)
        #expect(throws: EngineError.self, "the photograph was not given") {
            try vit.importance(of: heads, for: like, at: photograph)
        }
    }
}
