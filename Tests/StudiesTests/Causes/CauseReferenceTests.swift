import Compute
import Images
import Models
import Platform
import Studies
import TestSubjects
import TestSupport
import Testing
import Visualization

/// Sweeps, lenses, contributions and maps against PyTorch (float64, hooks; Captum for integrated gradients).
@Suite(.timeLimit(.minutes(10))) struct CauseReferenceTests {
    private let reference: CauseReference
    private let vit: Model

    init() throws {
        reference = try CauseReference()
        vit = reference.vit
    }

    private func expect(_ found: some Collection<Float>, _ name: String, _ limit: Double = 1e-5) throws {
        let expected = try reference.expected(name).values
        #expect(found.count == expected.count, "\(name)")
        #expect(Reference.distance(Array(found), expected) < limit, "\(name)")
    }

    private var plain: Float { get throws { try reference.expected("plain.logits").values[2] } }

    @Test func everyHeadIsTakenOutInTurn() throws {
        let heads = vit.headTargets.map { Importance.Part.target($0) }
        #expect(heads.count == 6)
        var reports: [Int] = []
        let found = try vit.importance(of: heads, for: reference.logit(vit), at: reference.photograph) {
            done, total, soFar in
            reports.append(done)
            #expect(total == 6 && soFar().effects.count == done)
        }
        #expect(reports == [1, 2, 3, 4, 5, 6])
        #expect(abs(found.value - (try plain)) < 1e-5)
        try expect(found.effects.map(\.value), "sweep.zero")
        #expect(found.effects.allSatisfy { abs(found.value - $0.value - $0.loss) < 1e-6 })
        #expect(found.effects[3].words == "blocks.1.attn.heads head 1")
        #expect(found.strongest[0].loss == found.effects.map(\.loss).max())
    }

    @Test func everyHeadComesFromTheOtherPhotograph() throws {
        let found = try vit.importance(
            of: vit.headTargets.map { .target($0) }, for: reference.logit(vit), at: reference.photograph,
            replacedBy: .photograph(reference.other, name: "other"))
        try expect(found.effects.map(\.value), "sweep.patched")
        #expect(found.otherValue != nil)
    }

    /// More parts than are computed together, and a map of them.
    @Test func everyTokenIsTakenOutInTurn() throws {
        let tokens = try Importance.Part.tokens(of: "blocks.1", in: vit)
        let found = try vit.importance(of: tokens, for: reference.logit(vit), at: reference.photograph)
        try expect(found.effects.map(\.value), "sweep.tokens")
        let map = try #require(found.patchMaps(of: vit)).maps[0]
        #expect(map.values.shape == [4, 4] && map.special[0].token == "CLS")
        #expect(map.values.values[5] == found.effects[6].loss)
    }

    @Test func sweepsAreWhatInterventionsGive() throws {
        let input = vit.preprocessing.tensor(of: reference.photograph)
        func value(_ intervention: Intervention) throws -> Float {
            try vit.changed(by: [intervention]).logits(of: input).values[2]
        }
        let mlp = Target(model: vit.name, layer: "blocks.0.mlp", tokens: .all)
        let unit = Target(model: vit.name, layer: "blocks.2.mlp.hidden", features: .indices([9]), tokens: .all)
        let found = try vit.importance(
            of: [.block("blocks.1"), .target(mlp), .target(unit)], for: reference.logit(vit), at: reference.photograph)
        let expected = try [
            value(Intervention(Target(model: vit.name, layer: "blocks.1"), .skipped)),
            value(Intervention(mlp, .set(to: 0))),
            value(Intervention(unit, .set(to: 0))),
        ]
        #expect(Reference.distance(found.effects.map(\.value), expected) < 1e-5)
        let means = LayerMean(
            layer: "blocks.0.mlp", folder: "f", values: Tensor((0..<32).map { Float($0) / 8 }, shape: [2, 16]),
            reading: try reading())
        let mean = try vit.importance(
            of: [.target(mlp)], for: reference.logit(vit), at: reference.photograph, replacedBy: .means([means]))
        let same = try value(Intervention(mlp, .mean(values: means.values(of: Array(0..<16)), of: "f")))
        #expect(abs(mean.effects[0].value - same) < 1e-4 * max(1, abs(same)))
    }

    private func reading() throws -> FolderReading {
        let folder = try TemporaryFolder()
        try reference.photograph.write(to: folder.path("a.png"))
        return try vit.mean(of: "blocks.0.mlp", over: folder.url.path).reading
    }

    @Test func aMeanOverAFolderIsThatOfItsPhotographs() throws {
        let folder = try TemporaryFolder()
        let images = [reference.photograph, reference.other]
        for (index, image) in images.enumerated() { try image.write(to: folder.path("\(index).png")) }
        let found = try vit.mean(of: "blocks.1", over: folder.url.path)
        #expect(found.values.shape == [2, 16])
        let outputs = try images.map {
            try vit.activations(at: "blocks.1", of: vit.preprocessing.tensor(of: $0)).values
        }
        for feature in [0, 7, 15] {
            let cls = (outputs[0][feature] + outputs[1][feature]) / 2
            let patches = outputs.reduce(Float(0)) { sum, output in
                sum + (1...16).reduce(Float(0)) { $0 + output[$1 * 16 + feature] }
            }
            #expect(abs(found.values.values[feature] - cls) < 1e-5)
            #expect(abs(found.values.values[16 + feature] - patches / 32) < 1e-5)
        }
    }

    @Test func theLensIsTheHeadOnEveryToken() throws {
        let found = try vit.lens(of: reference.photograph)
        #expect(found.readings.map(\.layer) == ["blocks.0.before", "blocks.0", "blocks.1", "blocks.2"])
        try expect(found.readings.dropFirst().flatMap(\.scores.values), "lens")
        let last = try #require(found.readings.last)
        let logits = try reference.expected("plain.logits").values
        #expect(last.best[0] == logits.indices.max { logits[$0] < logits[$1] }, "CLS of the last block is the answer")
        #expect(found.candidates == ["a", "b", "c", "d", "e"] && found.unread.isEmpty)
        #expect(found.commonest(in: last).reduce(0) { $0 + $1.count } == 16)
        // The mean of equal tokens is the token.
        let mixed = try reference.mixer.lens(of: reference.photograph)
        try expect(mixed.readings.dropFirst().flatMap(\.scores.values), "lens.mixer")
        let one = try vit.lens(of: reference.photograph, for: [reference.logit(vit)])
        #expect(one.readings[3].scores.shape == [17, 1])
        #expect(abs(one.readings[3].scores.values[0] - (try plain)) < 1e-5)
        #expect(one.maps(of: 0).maps.count == 4)
    }

    @Test func contributionsAddUpToTheLogit() throws {
        let found = try vit.contributions(to: reference.logit(vit), at: reference.photograph)
        #expect(abs(found.error) < 1e-4)
        let heads = found.parts.filter { if case .head = $0.kind { true } else { false } }
        let byBlock = (0..<3).flatMap { block in heads.filter { $0.layer == "blocks.\(block).attn.heads" } }
        try expect(byBlock.map(\.value), "contributions.heads", 1e-4)
        let mlps = (0..<3).compactMap { block in
            found.parts.first { $0.layer == "blocks.\(block).mlp" && $0.kind == .layer }
        }
        try expect(mlps.map(\.value), "contributions.mlps", 1e-4)
        try expect(found.parts.filter { $0.kind == .embedding }.map(\.value), "contributions.embedding", 1e-4)
        #expect(try #require(found.heads).values.shape == [3, 2])
        // Neurons are parts of their MLP.
        let divided = try vit.contributions(
            to: reference.logit(vit), at: reference.photograph, neurons: ["blocks.1.mlp"])
        let neurons = divided.parts.filter { if case .neuron = $0.kind { true } else { false } }
        #expect(neurons.count == 64 && neurons[0].layer == "blocks.1.mlp.hidden" && abs(divided.error) < 1e-4)
        #expect(abs(neurons.reduce(0) { $0 + $1.value } - mlps[1].value) < 1e-4)
    }

    /// A mean over tokens, transposed MLPs, a difference of logits; and interventions, which are parts too.
    @Test func contributionsAddUpElsewhere() throws {
        let mixer = reference.mixer
        let difference =
            reference.logit(mixer)
            - Objective.sum(Target(model: mixer.name, layer: "logits", features: .indices([0])))
        let found = try mixer.contributions(to: difference, at: reference.photograph)
        #expect(abs(found.error) < 1e-4)
        #expect(Set(found.parts.map(\.layer)).isSuperset(of: ["blocks.0.mlp1", "blocks.0.mlp2", "blocks.1.mlp2"]))
        let steered = try vit.changed(by: [
            Intervention(
                Target(model: "vit", layer: "blocks.0"), .added(vector: Reference.pattern(16, seed: 5), times: 1)),
            Intervention(Target(model: "vit", layer: "blocks.1.attn.heads", features: .head(0, of: 2)), .set(to: 0)),
        ])
        let changed = try steered.contributions(to: reference.logit(steered), at: reference.photograph)
        #expect(abs(changed.error) < 1e-4)
        #expect(changed.parts.contains { $0.kind == .intervention && $0.value != 0 })
        #expect(changed.parts.first { $0.layer == "blocks.1.attn.heads" && $0.kind == .head(0, of: 2) }?.value == 0)
        #expect(throws: EngineError.self, "a square is no sum of parts") {
            try vit.contributions(to: .meanSquare(reference.target(vit)), at: reference.photograph)
        }
        #expect(throws: EngineError.self) {
            try vit.contributions(to: .mean(Target(model: "vit", layer: "blocks.0")), at: reference.photograph)
        }
    }

    @Test func mapsAreThoseOfThePapers() throws {
        for (method, name) in [
            (Relevance.Method.chefer, "relevance.chefer"), (.gradientAttention, "relevance.gradientAttention"),
            (.gradCAM, "relevance.gradCAM"),
        ] {
            let found = try vit.relevance(of: reference.logit(vit), at: reference.photograph, .init(method))
            try expect(found.map.values.values, name, 1e-4)
            #expect(abs(found.value - (try plain)) < 1e-5)
        }
        let mixed = try reference.mixer.relevance(
            of: reference.logit(reference.mixer), at: reference.photograph, .init(.gradCAM))
        try expect(mixed.map.values.values, "relevance.gradCAM.mixer", 1e-4)
        #expect(throws: EngineError.self) {
            try reference.mixer.relevance(of: reference.logit(reference.mixer), at: reference.photograph)
        }
    }

    @Test(arguments: ["vit", "mixer"]) func integratedGradientsAreCaptums(_ name: String) throws {
        let model = name == "vit" ? vit : reference.mixer
        let found = try model.relevance(
            of: reference.logit(model), at: reference.photograph, .init(.integratedGradients, steps: 20))
        try expect(try #require(found.attributions).values, "integrated.\(name)", 1e-4)
        let error = try #require(found.completeness).error
        #expect(abs(error - (try reference.expected("integrated.\(name).delta").values[0])) < 1e-3)
        #expect(found.map.values.shape == [16, 16])
        let white = try model.relevance(
            of: reference.logit(model), at: reference.photograph,
            .init(.integratedGradients, steps: 20, baseline: .white))
        #expect(white.attributions != found.attributions)
    }

    @Test func deletionAndInsertionAreXpliques() throws {
        let map = HeatMap(
            "pattern", values: Tensor(Reference.pattern(256, seed: 9), shape: [16, 16]), over: reference.photograph)
        var settings = Faithfulness.Settings()
        settings.samples = 20
        let found = try vit.faithfulness(
            of: [map], for: reference.logit(vit), at: reference.photograph, settings)
        #expect(found.scores.map(\.label) == ["pattern", "random"])
        try expect(found.scores[0].deletion, "deletion")
        try expect(found.scores[0].insertion, "insertion")
        try expect([found.scores[0].deletionArea], "deletion.area")
        try expect([found.scores[0].insertionArea], "insertion.area")
        #expect(found.scores[0].deletion[0] == found.value && found.scores[0].insertion[0] == found.baseline)
        #expect(found.scores[0].strongestMasked.count == 9 && found.scores.allSatisfy { abs($0.muFidelity) <= 1 })
        let first = try #require(found.scores[0].firstWhileStrongestMasked)
        #expect((0...9).contains(first))
    }
}
