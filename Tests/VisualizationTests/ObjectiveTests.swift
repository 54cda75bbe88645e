import Compute
import Foundation
import Platform
import TestSubjects
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct ObjectiveTests {
    static let a = Objective.mean(Target(model: "fake", layer: "linear", features: .indices([1])))
    static let b = Objective.sum(
        Target(model: "fake", layer: "linear", features: .indices([2, 3]), tokens: .indices([0])))

    @Test func operatorsMakeNewValues() {
        let before = Self.a
        let double = 2 * Self.a
        _ = double * 3 - Self.b
        #expect(Self.a == before)
        #expect(double == .weighted(2, before))
        #expect(double / 2 == .weighted(1, before))
        #expect(-Self.a + Self.b * 0.5 == .plus([.weighted(-1, Self.a), .weighted(0.5, Self.b)]))
        #expect(Self.a + Self.b + Self.a == .plus([Self.a, Self.b, Self.a]))
    }

    @Test func saysItsFormula() {
        let (a, b) = (Self.a.named("a"), Self.b.named("b"))
        #expect((0.7 * a - 0.3 * b).description == "0.7 × a − 0.3 × b")
        #expect((a - b).description == "a − b")
        #expect((-a + 2 * b).description == "−a + 2 × b")
        #expect((2 * (a + b)).description == "2 × (a + b)")
        #expect((a - (a - b)).description == "a − (a − b)")
        #expect(Self.a.description == "linear neuron 1")
        #expect(Self.b.description == "sum of linear neurons 2, 3, patch 0")
        #expect((0.5 * Self.a).named("half").description == "half")
    }

    /// Two pictures; the layer is 7 tokens × 5 features, the first token is CLS.
    @Test func evaluatesAndSeedsByHand() throws {
        let subject = LinearSubject()
        let executor = try subject.makeExecutor(layers: ["linear"], batch: 2, gradient: true)
        executor.setInput((0..<executor.inputCount).map { sin(Float($0)) })
        try executor.forward(cancellation: nil)
        let output = executor.output(LayerIndex(0))
        let row = { (token: Int, feature: Int) in output[35 + token * 5 + feature] }
        let mean = (1...6).reduce(Float(0)) { $0 + row($1, 1) } / 6
        let sum = row(1, 2) + row(1, 3)
        let objective = 0.7 * Self.a - 0.3 * Self.b
        let evaluation = try Self.evaluation(objective, subject)
        let value = evaluation.evaluate(on: executor, picture: 1, seedsGradient: true)
        #expect(abs(value - (0.7 * mean - 0.3 * sum)) < 1e-6)
        let seeds = executor.seeds(LayerIndex(0))
        #expect(seeds[0..<35].allSatisfy { $0 == 0 })
        for token in 0..<7 {
            for feature in 0..<5 {
                var expected: Float = 0
                if token > 0, feature == 1 { expected = 0.7 / 6 }
                if token == 1, feature == 2 || feature == 3 { expected = -0.3 }
                #expect(abs(seeds[35 + token * 5 + feature] - expected) < 1e-7)
            }
        }
    }

    @Test func overlappingTargetsAddUp() throws {
        let subject = LinearSubject()
        let executor = try subject.makeExecutor(layers: ["linear"], batch: 1, gradient: true)
        try executor.forward(cancellation: nil)
        _ = try Self.evaluation(Self.a + Self.a, subject).evaluate(
            on: executor, picture: 0, seedsGradient: true)
        #expect(abs(executor.seeds(LayerIndex(0))[5 + 1] - 2 / 6) < 1e-7)
    }

    @Test func refusesWhatCannotBeComputed() {
        let other = Objective.mean(Target(model: "mixer", layer: "linear"))
        expect(Self.a + other, "An objective can use one model: this one uses fake and mixer.")
        expect(.plus([]), "The objective is empty: give it at least one target.")
        expect(.infinity * Self.a, "The objective has a weight that is NaN or infinite: inf.")
        expect(
            .mean(Target(model: "fake", layer: "liner")),
            "fake has no layer “liner”. Did you mean “linear” or “logits”? Its `.layers` lists every address.")
    }

    @Test func survivesJSON() throws {
        let objective = (0.7 * Self.a - 0.3 * Self.b).named("both")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(objective)
        #expect(try JSONDecoder().decode(Objective.self, from: data) == objective)
        let simple = String(decoding: try encoder.encode(Self.b), as: UTF8.self)
        #expect(simple == #"{"sum":{"features":[2,3],"layer":"linear","model":"fake","tokens":[0]}}"#)
    }

    static func evaluation(_ objective: Objective, _ subject: LinearSubject) throws -> ObjectiveEvaluation {
        var layers = WantedLayers()
        return try ObjectiveEvaluation(objective, model: subject.name, layers: &layers) { address throws(EngineError) in
            try subject.layerShape(address)
        }
    }

    /// The objectives of a sheet's pictures.
    static func sheet(_ objectives: [Objective], _ subject: LinearSubject) throws -> SheetObjectives {
        var layers = WantedLayers()
        let evaluations = try objectives.map { objective in
            try ObjectiveEvaluation(
                objective, model: subject.name, pictures: objectives.count, layers: &layers,
                shape: { address throws(EngineError) in try subject.layerShape(address) })
        }
        return try SheetObjectives(evaluations, layers: layers)
    }

    private func expect(_ objective: Objective, _ message: String) {
        let error = #expect(throws: EngineError.self) { _ = try Self.evaluation(objective, LinearSubject()) }
        #expect(error?.message == message)
    }
}
