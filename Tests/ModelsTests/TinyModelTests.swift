import Foundation
import Models
import TestSupport
import Testing

/// Tiny random models of each family against PyTorch: every named output, and the picture's gradient.
@Suite(.timeLimit(.minutes(10))) struct TinyModelTests {
    @Test(arguments: ["vit", "ffmixer", "mixer"])
    func outputsAgree(_ family: String) throws {
        let model = try Model.load(Reference.path("tiny_\(family)"))
        let reference = try Reference.open("tiny_\(family)_reference")
        let names = reference.names.filter { $0.hasPrefix("output.") }.map { String($0.dropFirst(7)) }
        #expect(names.count > 10)
        let executor = try model.makeExecutor(layers: names, batch: 2, gradient: false)
        executor.setInput(Reference.pattern(executor.inputCount, seed: 1))
        try executor.forward(cancellation: nil)
        for name in names {
            let expected = try reference.parameter("output.\(name)").tensor
            let found = executor.output(name)
            #expect(found.count == expected.values.count, "\(name)")
            #expect(Reference.distance(found, expected.values) < 1e-5, "\(name)")
            #expect(try model.layer(name).shape.features == expected.shape[-1], "\(name)")
        }
    }

    @Test(arguments: ["vit", "ffmixer", "mixer"])
    func gradientsAgree(_ family: String) throws {
        let model = try Model.load(Reference.path("tiny_\(family)"))
        let reference = try Reference.open("tiny_\(family)_reference")
        let several = try JSONDecoder().decode([String].self, from: Data(reference.metadata["seeded"]!.utf8))
        let singles = reference.names.filter { $0.hasPrefix("gradient.") && $0 != "gradient.several" }
            .map { (name: $0, layers: [String($0.dropFirst(9))]) }
        #expect(singles.count == 2)
        for (name, layers) in singles + [("gradient.several", several)] {
            let expected = try reference.parameter(name).tensor
            let executor = try model.makeExecutor(layers: layers, batch: 2, gradient: true)
            executor.setInput(Reference.pattern(executor.inputCount, seed: 1))
            // Twice: the second step must find nothing left over from the first.
            for _ in 0..<2 {
                try executor.forward(cancellation: nil)
                for (index, layer) in layers.enumerated() {
                    #expect(executor.seeds(layer).allSatisfy { $0 == 0 })
                    executor.seed(layer, patternSeed: 2 + index)
                }
                try executor.backward(cancellation: nil)
                #expect(Reference.distance(executor.inputGradient, expected.values) < 1e-4, "\(name)")
            }
        }
    }

    @Test func addressesAreListedInOrder() throws {
        let vit = try Model.load(Reference.path("tiny_vit"))
        #expect(
            vit.layers.map(\.address) == [
                "patch_embed", "tokens",
                "blocks.0.norm1", "blocks.0.attn.queries", "blocks.0.attn.keys", "blocks.0.attn.values",
                "blocks.0.attn.pattern", "blocks.0.attn.heads", "blocks.0.attn", "blocks.0.middle",
                "blocks.0.norm2", "blocks.0.mlp.hidden", "blocks.0.mlp", "blocks.0",
                "blocks.1.norm1", "blocks.1.attn.queries", "blocks.1.attn.keys", "blocks.1.attn.values",
                "blocks.1.attn.pattern", "blocks.1.attn.heads", "blocks.1.attn", "blocks.1.middle",
                "blocks.1.norm2", "blocks.1.mlp.hidden", "blocks.1.mlp", "blocks.1",
                "norm", "logits",
            ])
        #expect(vit.blockCount == 2)
        #expect(try vit.layer("blocks.1.mlp.fc2").address == "blocks.1.mlp")
        #expect(try vit.layer("head").shape.words == "5 features")
        #expect(
            try vit.layer("patch_embed").summary
                == "patch_embed: 16 tokens (4 × 4 patches) × 16 features")
        let mixer = try Model.load(Reference.path("tiny_ffmixer"))
        #expect(try mixer.layer("blocks.0.mlp").address == "blocks.0.mlp1")
        #expect(try mixer.layer("blocks.0.mlp.hidden").address == "blocks.0.mlp1.hidden")
    }
}
