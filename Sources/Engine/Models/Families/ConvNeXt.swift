import Checkpoints
import Compute
import Platform

/// ConvNeXt, version 1 and 2, with the tensor names of timm, torchvision, Hugging Face and its authors.
///
///     x ← x + γ · mlp(norm(depthwise convolution(x)))          γ in version 1
///     mlp(x) = fc2(grn(gelu(fc1(x))))                          grn in version 2
///
/// A norm and a convolution of 2 × 2 positions precede each stage but the first.
///
/// - Source: Liu et al. 2022, arXiv:2201.03545, fig. 4; Woo et al. 2023, arXiv:2301.00808, fig. 5; timm `convnext.py`;
///   torchvision `convnext.py`; transformers `modeling_convnext.py`, `modeling_convnextv2.py`.
enum ConvNeXt: ModelFamily {
    static let name = "ConvNeXt"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        ConvNeXtVariant.all.contains { $0.fits(checkpoint) }
    }

    /// Returns whether a tensor is the last norm once more, as DINOv3's authors store it, or that of a map which is not the last of
    /// a backbone's.
    static func ignores(_ tensor: String) -> Bool {
        tensor.hasPrefix("norms.") || tensor.hasPrefix("hidden_states_norms.")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let variant = ConvNeXtVariant.all.first { $0.fits(weights.checkpoint) } ?? ConvNeXtVariant.all[0]
        let weights = weights.spelling(variant.names(in: weights.checkpoint))
        let input = ConvolutionalInput(configuration)
        let settings = configuration.settings.filled(
            by: ModelSettings(activation: .gelu, epsilon: variant.headEpsilon, pooling: .mean))
        let epsilon = settings.epsilon ?? variant.headEpsilon
        let parts = Parts(
            epsilon: variant.hasFixedEpsilon ? 1e-6 : epsilon, activation: settings.activation ?? .gelu)
        var graph = input.graph(names: weights.names)
        var x = try parts.stem(&graph, weights)

        var number = 0
        var maps = [x]
        for (stage, depth) in weights.names.depths.enumerated() {
            if stage > 0 {
                x = try parts.merging(&graph, x, weights["stages"][stage]["merging"], at: "stages.\(stage).merging")
            }
            for _ in 0..<depth {
                x = try parts.block(&graph, x, weights["blocks"][number], at: "blocks.\(number)")
                number += 1
            }
            graph.name(x, "stages.\(stage)", listed: false)
            maps.append(x)
        }
        graph.name(x, "blocks", listed: false)
        let open: [ModelSettings.Part] = variant.isCertain ? [] : [.activation, .epsilon]
        if let map = configuration.backboneMap {
            try graph.readBackbone(map, among: maps, weights, epsilon: 1e-6)
            return input.blueprint(graph.build(), input: .imageNet, settings, open: open, last: x)
        }

        // timm's “hnf” models normalize the positions, all others the pooled features.
        var norm: LayerNorm?
        if weights["norm_pre"].has("weight") {
            x = try graph.apply(parts.norm(weights["norm_pre"], x.channels), to: x)
            graph.name(x, "norm_pre")
        } else {
            norm = try parts.norm(weights["norm"], x.channels, epsilon: epsilon)
        }
        try graph.readPool(
            of: x, settings.pooling, pools: ["pool"], norm: norm.map { ($0, ["norm"]) },
            head: (weights["head"], ["head"]),
            returnsMap: variant.returnsMap && !configuration.isClassifier, normalizesMap: variant.normalizesMap)
        return input.blueprint(
            graph.build(), input: .imageNet, settings, open: open, last: x)
    }

    /// The parts of a model.
    private struct Parts {
        let epsilon: Float
        let activation: Activation

        func norm(
            _ weights: WeightReader, _ channels: Int, epsilon: Float? = nil
        ) throws(EngineError) -> LayerNorm {
            LayerNorm(
                scale: try weights.parameter("weight", [channels]), shift: try weights.parameter("bias", [channels]),
                epsilon: epsilon ?? self.epsilon)
        }

        /// Adds the patches, or two convolutions with overlapping windows, and a norm.
        func stem(_ graph: inout GraphBuilder, _ weights: WeightReader) throws(EngineError) -> FeatureMap {
            let embedding = weights["patch_embed"]
            let side = embedding["proj"].shape("weight")?.dimensions.last ?? 4
            let overlaps = embedding["overlapping"].has("weight")
            var x = try graph.convolution(
                graph.pixels(), embedding["proj"], LayerName("patch_embed.proj"), stride: overlaps ? 2 : side,
                padding: overlaps ? .half : .none, bias: true)
            if overlaps {
                x = try graph.convolution(
                    x, embedding["overlapping"], LayerName("patch_embed.overlapping"), stride: 2, bias: true)
            }
            x = try graph.apply(norm(embedding["norm"], x.channels), to: x)
            graph.name(x, "patch_embed", also: ["patch_embed.norm"])
            return x
        }

        /// Adds the norm and the convolution that join 2 × 2 positions before a stage.
        func merging(
            _ graph: inout GraphBuilder, _ input: FeatureMap, _ weights: WeightReader, at: String
        ) throws(EngineError) -> FeatureMap {
            var x = try graph.apply(norm(weights["norm"], input.channels), to: input)
            graph.name(x, "\(at).norm", listed: false)
            x = try graph.convolution(
                x, weights["reduction"], LayerName("\(at).reduction"), stride: 2, padding: .none, bias: true)
            graph.name(x, at)
            return x
        }

        /// Adds a block.
        func block(
            _ graph: inout GraphBuilder, _ input: FeatureMap, _ weights: WeightReader, at: String
        ) throws(EngineError) -> FeatureMap {
            graph.name(input, "\(at).before", listed: false)
            var x = try graph.convolution(
                input, weights["conv_dw"], LayerName("\(at).conv_dw"), bias: weights["conv_dw"].has("bias"),
                listed: true)
            x = try graph.apply(norm(weights["norm"], x.channels), to: x)
            graph.name(x, "\(at).norm")
            x = try mlp(&graph, x, weights["mlp"], at: "\(at).mlp")
            if weights["ls"].has("gamma") {
                let factor = try weights["ls"].parameter("gamma", [x.channels], or: [x.channels, 1, 1])
                x = try graph.apply(Scale(factor: factor), to: x)
                graph.name(x, "\(at).ls", listed: false)
            }
            let output = x.with(try graph.add(input.result, x.result))
            graph.name(output, at, aliases: ["\(at).after"])
            return output
        }

        /// Adds the two layers on each position, with version 2's norm between them.
        private func mlp(
            _ graph: inout GraphBuilder, _ input: FeatureMap, _ weights: WeightReader, at: String
        ) throws(EngineError) -> FeatureMap {
            var x = try linear(&graph, input, weights["fc1"], weights.hiddenWidth)
            graph.name(x, "\(at).fc1", listed: false)
            x = try graph.apply(activation.operation, to: x)
            graph.name(x, "\(at).hidden", also: ["\(at).act"])
            if weights["grn"].has("weight") {
                let (shape, stored): (Shape, Shape) = ([x.channels], [1, 1, 1, x.channels])
                let scale = try weights["grn"].parameter("weight", shape, or: stored)
                let shift = try weights["grn"].parameter("bias", shape, or: stored)
                x = try graph.apply(GlobalResponseNorm(scale: scale, shift: shift), to: x)
                graph.name(x, "\(at).grn")
            }
            x = try linear(&graph, x, weights["fc2"], input.channels)
            graph.name(x, at, also: ["\(at).fc2"])
            return x
        }

        /// Adds a layer on each position, whose weight may be stored as that of a convolution.
        private func linear(
            _ graph: inout GraphBuilder, _ x: FeatureMap, _ weights: WeightReader, _ outputs: Int
        ) throws(EngineError) -> FeatureMap {
            let weight = try weights.parameter("weight", [outputs, x.channels], or: [outputs, x.channels, 1, 1])
            return try graph.apply(Linear(weight: weight, bias: weights.parameter("bias", [outputs])), to: x)
        }
    }
}
