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
    static let lookedFor = "a ConvNeXt by “stages.0.blocks.0.conv_dw.weight”"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        ConvNeXtNames.all.contains { $0.fit(checkpoint) }
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let names = ConvNeXtNames.all.first { $0.fit(weights.checkpoint) } ?? ConvNeXtNames.all[0]
        let input = ConvolutionalInput(configuration)
        let settings = configuration.settings.filled(
            by: ModelSettings(activation: .gelu, epsilon: names.headEpsilon, pooling: .mean))
        let epsilon = settings.epsilon ?? names.headEpsilon
        let block = Block(
            // In transformers, a configuration's epsilon is that of the last norm alone.
            names: names, epsilon: names.hasFixedEpsilon ? 1e-6 : epsilon, activation: settings.activation ?? .gelu)
        var graph = input.graph(names: weights.names)
        var x = try graph.pixels()
        x = try block.stem(&graph, x, weights)

        var number = 0
        let stages = names.stageCount(weights)
        for stage in 0..<stages {
            // timm begins with a step as well if the patches are of 2 pixels.
            let begins = names.hasVariants && weights[names.downsample(0)][1].has("weight")
            if stage > 0 || begins { x = try block.downsample(&graph, x, weights, stage: stage) }
            let module = names.stage(stage)
            for index in 0..<weights.elementCount(names.blocks(stage)) {
                x = try block.append(
                    to: &graph, x, weights[names.block(stage, index)], at: "blocks.\(number)",
                    module: names.block(stage, index))
                number += 1
            }
            graph.name(
                x, "stages.\(stage)", also: [module, names.blocks(stage)] + (stage == stages - 1 ? names.whole : []),
                listed: false)
        }

        // timm's “hnf” models normalize the positions, all others the pooled features.
        if weights["norm_pre"].has("weight") {
            x = try graph.apply(block.norm(weights["norm_pre"], x.channels), to: x)
            graph.name(x, "norm_pre")
            try graph.readPool(
                of: x, settings.pooling, pools: names.pools + ["head.global_pool.flatten"],
                head: (weights[names.heads[0]], names.heads))
        } else {
            let norm = try block.norm(weights[names.norms[0]], x.channels, epsilon: epsilon)
            try graph.readPool(
                of: x, settings.pooling, pools: names.pools, norm: (norm, names.norms),
                head: (weights[names.heads[0]], names.heads),
                returnsMap: names.returnsMap && !configuration.isClassifier)
        }
        return input.blueprint(
            graph.build(), input: .imageNet, settings,
            open: names.isCertain ? [] : [.activation, .epsilon], last: x)
    }

    /// The parts of a model.
    private struct Block {
        let names: ConvNeXtNames
        let epsilon: Float
        let activation: Activation

        func norm(
            _ weights: WeightReader, _ channels: Int, epsilon: Float? = nil
        ) throws(EngineError) -> LayerNorm {
            LayerNorm(
                scale: try weights.parameter("weight", [channels]), shift: try weights.parameter("bias", [channels]),
                epsilon: epsilon ?? self.epsilon)
        }

        /// Adds the patches and their norm; timm's “ols” models have two convolutions with overlapping windows instead.
        func stem(
            _ graph: inout GraphBuilder, _ pixels: FeatureMap, _ weights: WeightReader
        ) throws(EngineError) -> FeatureMap {
            let (first, second) = names.stem
            let stem = weights[first]
            let side = stem.shape("weight")?.dimensions.last ?? 4
            let overlaps = names.hasVariants && weights[second].shape("weight")?.rank == 4
            var x = try graph.convolution(
                pixels, stem, LayerName("patch_embed.proj", first), stride: overlaps ? 2 : side,
                padding: overlaps ? .half : .none, bias: true)
            var last = second
            if overlaps {
                x = try graph.convolution(x, weights[second], LayerName("stem.1"), stride: 2, bias: true)
                last = "stem.2"
            }
            x = try graph.apply(norm(weights[last], x.channels), to: x)
            graph.name(x, "patch_embed", also: [last] + names.stemModules)
            return x
        }

        /// Adds the norm and the convolution before a stage.
        func downsample(
            _ graph: inout GraphBuilder, _ input: FeatureMap, _ weights: WeightReader, stage: Int
        ) throws(EngineError) -> FeatureMap {
            let (module, at) = (names.downsample(stage), "stages.\(stage).downsample")
            var x = try graph.apply(norm(weights[module][0], input.channels), to: input)
            graph.name(x, "\(at).0", also: ["\(module).0"], listed: false)
            x = try graph.convolution(
                x, weights[module][1], LayerName("\(at).1", "\(module).1"), stride: 2, padding: .none, bias: true)
            graph.name(x, at, also: [module])
            return x
        }

        /// Adds a block.
        func append(
            to graph: inout GraphBuilder, _ input: FeatureMap, _ weights: WeightReader, at: String, module: String
        ) throws(EngineError) -> FeatureMap {
            func modules(_ part: String) -> [String] { (names.parts[part] ?? []).map { "\(module).\($0)" } }
            func scope(_ part: String) -> WeightReader { weights[names.parts[part]?.first ?? part] }
            graph.name(input, "\(at).before", listed: false)
            var x = try graph.convolution(
                input, scope("conv_dw"), LayerName("\(at).conv_dw", also: modules("conv_dw")),
                bias: scope("conv_dw").has("bias"), listed: true)
            x = try graph.apply(norm(scope("norm"), x.channels), to: x)
            graph.name(x, "\(at).norm", also: modules("norm"))

            x = try linear(
                &graph, x, scope("mlp.fc1"), scope("mlp.fc1").shape("weight")?.dimensions.first ?? 4 * x.channels)
            graph.name(x, "\(at).mlp.fc1", also: modules("mlp.fc1"), listed: false)
            x = try graph.apply(activation.operation, to: x)
            graph.name(x, "\(at).mlp.hidden", also: modules("mlp.act"))
            if let grn = try responseNorm(scope("mlp.grn"), x.channels) {
                x = try graph.apply(grn, to: x)
                graph.name(x, "\(at).mlp.grn", also: modules("mlp.grn"))
            }
            x = try linear(&graph, x, scope("mlp.fc2"), input.channels)
            graph.name(x, "\(at).mlp", also: modules("mlp.fc2"))

            if let gamma = names.scales.first(where: { weights.has($0) }) {
                let shape: Shape = [x.channels]
                let factor = try weights.parameter(gamma, shape, or: [x.channels, 1, 1])
                x = try graph.apply(Scale(factor: factor), to: x)
                graph.name(x, "\(at).ls", also: modules("ls"), listed: false)
            }
            let output = x.with(try graph.add(input.result, x.result))
            graph.name(output, at, also: [module], aliases: ["\(at).after"])
            return output
        }

        /// Adds a layer on each position, whose weight may be stored as that of a convolution.
        private func linear(
            _ graph: inout GraphBuilder, _ x: FeatureMap, _ weights: WeightReader, _ outputs: Int
        ) throws(EngineError) -> FeatureMap {
            let weight = try weights.parameter("weight", [outputs, x.channels], or: [outputs, x.channels, 1, 1])
            return try graph.apply(Linear(weight: weight, bias: weights.parameter("bias", [outputs])), to: x)
        }

        /// Returns version 2's norm of the hidden channels; nil in version 1.
        private func responseNorm(_ weights: WeightReader, _ channels: Int) throws(EngineError) -> GlobalResponseNorm? {
            // The authors' names come first in a file that has both.
            guard let (scale, shift) = [("gamma", "beta"), ("weight", "bias")].first(where: { weights.has($0.0) })
            else { return nil }
            let (shape, stored): (Shape, Shape) = ([channels], [1, 1, 1, channels])
            return GlobalResponseNorm(
                scale: try weights.parameter(scale, shape, or: stored),
                shift: try weights.parameter(shift, shape, or: stored))
        }
    }
}
