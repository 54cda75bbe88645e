import Foundation
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct ObjectiveWordsTests {
    static let neuron = Target(model: "vit", layer: "blocks.5.mlp", features: .indices([42]))
    static let layer = ObjectiveSample.layer
    static let photograph = ObjectiveSample.photograph

    @Test func formulasOfSeveral() {
        let a = Objective.mean(Self.neuron)
        let l1 = Objective.l1(Self.neuron, to: 200)
        #expect((a + l1).description == "blocks.5.mlp neuron 42 − |200 − blocks.5.mlp neuron 42|")
        #expect((a - l1).description == "blocks.5.mlp neuron 42 − (−|200 − blocks.5.mlp neuron 42|)")
        #expect(
            (a - 0.0005 * .totalVariation() + 2 * .diversity(Self.layer)).description
                == "blocks.5.mlp neuron 42 − 0.0005 × total variation + 2 × diversity of blocks.5.mlp")
        #expect((0.5 * l1).description == "0.5 × (−|200 − blocks.5.mlp neuron 42|)")
    }

    @Test func knowsWhatItReads() {
        let likeness = Objective.likeness(Self.neuron, to: Self.photograph, by: .l2)
        let objective = (2 * likeness - .totalVariation()).named("x") + .diversity(Self.layer)
        #expect(objective.targets == [Self.neuron, Self.layer])
        #expect(objective.layers == ["blocks.5.mlp"])
        #expect(objective.references.map(\.photograph) == [Self.photograph])
        #expect(objective.references.map(\.target) == [Self.neuron])
    }

    /// An objective of the first recipes that were written.
    @Test func oldRecipesAreRead() throws {
        let json = """
            {"objective":{"plus":[{"objective":{"mean":{"features":[1],"layer":"linear","model":"fake","tokens":\
            "patches"}},"weight":0.7},{"objective":{"sum":{"features":[2,3],"layer":"linear","model":"fake",\
            "tokens":[0]}},"weight":-0.3}]},"name":"both"}
            """
        let objective = (0.7 * ObjectiveTests.a - 0.3 * ObjectiveTests.b).named("both")
        #expect(try JSONDecoder().decode(Objective.self, from: Data(json.utf8)) == objective)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let written = String(decoding: try encoder.encode(objective), as: UTF8.self)
        // The weights are floats: 0.7 is written with the digits that it has.
        #expect(try JSONDecoder().decode(Objective.self, from: Data(written.utf8)) == objective)
        #expect(written.hasPrefix(#"{"name":"both","objective":{"plus":[{"objective":{"mean":{"features":[1],"#))
    }
}
