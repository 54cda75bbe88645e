import Foundation
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct ObjectiveWordsTests {
    static let neuron = Target(model: "vit", layer: "blocks.5.mlp", features: .indices([42]))
    static let layer = Target(model: "vit", layer: "blocks.5.mlp")
    static let photograph = PhotographReference(name: "chelsea.png", sha256: "00ff")

    /// Each kind, its formula, and how a recipe spells it.
    static let kinds: [(objective: Objective, words: String, json: String)] = [
        (.mean(layer), "blocks.5.mlp", #"{"mean":T}"#),
        (.sum(layer), "sum of blocks.5.mlp", #"{"sum":T}"#),
        (.l1(layer, to: 200), "−|200 − blocks.5.mlp|", #"{"l1":T,"to":200}"#),
        (.l1(layer, to: -0.5), "−|−0.5 − blocks.5.mlp|", #"{"l1":T,"to":-0.5}"#),
        (.meanSquare(layer), "(blocks.5.mlp)²", #"{"meanSquare":T}"#),
        (
            .direction(layer, [0.5, -1]), "(0.5, −1) · blocks.5.mlp",
            #"{"cosinePower":0,"direction":T,"vector":[0.5,-1]}"#
        ),
        (
            .direction(layer, [1, 0, 0, 2, 3], cosinePower: 4),
            "(1, 0, 0, … 5 numbers) · blocks.5.mlp × max(0.1, cos)^4",
            #"{"cosinePower":4,"direction":T,"vector":[1,0,0,2,3]}"#
        ),
        (
            .likeness(layer, to: photograph, by: .l1), "−|blocks.5.mlp − the same of “chelsea.png”|",
            #"{"by":"l1","likeness":T,"to":{"name":"chelsea.png","sha256":"00ff"}}"#
        ),
        (
            .likeness(layer, to: photograph, by: .l2), "−(blocks.5.mlp − the same of “chelsea.png”)²",
            #"{"by":"l2","likeness":T,"to":{"name":"chelsea.png","sha256":"00ff"}}"#
        ),
        (
            .likeness(layer, to: photograph, by: .cosine), "−(1 − cos(blocks.5.mlp, the same of “chelsea.png”))",
            #"{"by":"cosine","likeness":T,"to":{"name":"chelsea.png","sha256":"00ff"}}"#
        ),
        (
            .likeness(layer, to: photograph, by: .dotCosine(power: 1)),
            "(blocks.5.mlp · the same of “chelsea.png”) × max(0.1, cos)",
            #"{"by":{"dotCosine":1},"likeness":T,"to":{"name":"chelsea.png","sha256":"00ff"}}"#
        ),
        (.diversity(layer), "diversity of blocks.5.mlp", #"{"diversity":T}"#),
        (.alignment(layer), "alignment of blocks.5.mlp", #"{"alignment":T,"decay":2}"#),
        (
            .alignment(layer, decay: 1.5), "alignment of blocks.5.mlp (decay 1.5)",
            #"{"alignment":T,"decay":1.5}"#
        ),
        (.totalVariation(), "total variation", #"{"totalVariation":"absolute"}"#),
        (.totalVariation(.norms), "total variation (norms)", #"{"totalVariation":"norms"}"#),
        (
            .totalVariation(.channelNorms), "total variation (norms of channels)",
            #"{"totalVariation":"channelNorms"}"#
        ),
        (.pictureNorm(), "‖picture‖", #"{"pictureNorm":0}"#),
        (.pictureNorm(from: 0.5), "‖picture − 0.5‖", #"{"pictureNorm":0.5}"#),
    ]

    @Test(arguments: 0..<kinds.count) func everyKindIsReadAndWritten(_ index: Int) throws {
        let (objective, words, json) = Self.kinds[index]
        #expect(objective.description == words)
        let target = #"{"features":"all","layer":"blocks.5.mlp","model":"vit","tokens":"patches"}"#
        let text = json.replacing("T", with: target, maxReplacements: json.contains("\":T") ? 1 : 0)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(objective), as: UTF8.self) == text)
        #expect(try JSONDecoder().decode(Objective.self, from: Data(text.utf8)) == objective)
        let nested = -2 * (objective.named("x") + 0.5 * objective)
        #expect(try JSONDecoder().decode(Objective.self, from: encoder.encode(nested)) == nested)
    }

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
