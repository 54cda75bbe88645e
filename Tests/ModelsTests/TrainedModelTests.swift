import Foundation
import Models
import TestConditions
import TestSupport
import Testing

/// Trained models against PyTorch: logits, and one neuron's gradient.
@Suite(.timeLimit(.minutes(10)), .needs(.trainedModel)) struct TrainedModelTests {
    @Test(arguments: [("vit", "blocks.5.mlp"), ("mixer", "blocks.5.mlp1"), ("ffmixer", "blocks.5.mlp1")])
    func builtInModelsAgree(_ name: String, _ layer: String) throws {
        let model = try Model.load(name)
        #expect(model.origin == "built in")
        #expect(model.classes.count == 20)
        #expect(model.classes[18] == "golf ball")
        #expect(model.imageSize == (128, 128))
        #expect(model.patchSize == 16)
        #expect(model.preprocessing.size == 128 && model.preprocessing.resize == 144)
        #expect(model.record["data"] == "imagenette + imagewoof")
        #expect(model.weightsHash.count == 64)
        try compare(model, name, layer: layer, neuron: 42)
    }

    // The weights are not part of the repository: they lie beside it, and where they do not, this is skipped.
    @Test(.enabled(if: Reference.hasDeiT, "../shared/models/deit_tiny_patch16_224.safetensors is not there"))
    func deitAgrees() throws {
        let model = try Model.load(Reference.deit)
        #expect(model.family == "vision transformer")
        #expect(model.name == "deit_tiny_patch16_224")
        #expect(model.imageSize == (224, 224))
        #expect(model.preprocessing.resize == 256)
        #expect(model.parameterCount == 5_717_416)
        #expect(model.blockCount == 12)
        #expect(
            try model.layer("blocks.6.mlp").shape.words
                == "197 tokens (CLS and 14 × 14 patches) × 192 features")
        try compare(model, "deit", layer: "blocks.6.mlp", neuron: 101)
    }

    private func compare(_ model: Model, _ name: String, layer: String, neuron: Int) throws {
        let reference = try Reference.open("trained_reference")
        let logits = try reference.parameter("\(name).logits").tensor.values
        let executor = try model.makeExecutor(layers: ["logits"], gradient: false)
        let picture = Reference.pattern(executor.inputCount, seed: 1)
        executor.setInput(picture)
        try executor.forward(cancellation: nil)
        #expect(executor.output("logits").count == logits.count)
        for (found, expected) in zip(executor.output("logits"), logits) {
            #expect(abs(found - expected) < 1e-3)
        }

        let gradient = try model.makeExecutor(layers: [layer], gradient: true)
        gradient.setInput(picture)
        try gradient.forward(cancellation: nil)
        let shape = try model.layer(layer).shape
        let patches =
            (model.imageSize.height / model.patchSize.height) * (model.imageSize.width / model.patchSize.width)
        gradient.seed(layer) { place in
            let (token, feature) = (place / shape.features, place % shape.features)
            return token >= shape.rowCount - patches && feature == neuron ? 1 / Float(patches) : 0
        }
        try gradient.backward(cancellation: nil)
        let sampled = stride(from: 0, to: gradient.inputGradient.count, by: 1009).map {
            gradient.inputGradient[$0]
        }
        let expected = try reference.parameter("\(name).gradient").tensor.values
        #expect(Reference.distance(sampled, expected) < 1e-4)
        let norm = gradient.inputGradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let expectedNorm = Double(try reference.parameter("\(name).gradient_norm").tensor.values[0])
        #expect(abs(norm / expectedNorm - 1) < 1e-5)
    }
}
