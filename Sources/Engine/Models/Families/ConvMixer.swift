import Checkpoints
import Compute
import Platform

/// ConvMixer: a depthwise convolution mixes the positions, and one of a single position mixes the channels.
///
///     x ← x + bn₁(gelu(depthwise convolution(x)))
///     x ← bn₂(gelu(convolution(x)))
///
/// As the batch norms follow the activation, they are operations of their own.
///
/// - Source: Trockman and Kolter 2022, arXiv:2201.09792, fig. 2; timm `convmixer.py`.
enum ConvMixer: ModelFamily {
    static let name = "ConvMixer"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("stem.0.weight", "stem.2.running_mean", "blocks.0.0.fn.0.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let input = ConvolutionalInput(configuration)
        let settings = configuration.settings.filled(
            by: ModelSettings(activation: .gelu, epsilon: 1e-5, pooling: .mean))
        let (activation, epsilon) = (settings.activation ?? .gelu, settings.epsilon ?? 1e-5)
        var graph = input.graph(names: weights.names)

        /// Adds the activation and the batch norm after a convolution.
        func finish(
            _ graph: inout GraphBuilder, _ x: FeatureMap, _ norm: WeightReader, active: LayerName, normal: LayerName?
        ) throws(EngineError) -> FeatureMap {
            var x = try graph.apply(activation.operation, to: x)
            graph.name(x, active.address, also: active.modules)
            x = try graph.apply(BatchNorm(norm, epsilon: epsilon).operation(channels: x.channels), to: x)
            if let normal { graph.name(x, normal.address, also: normal.modules) }
            return x
        }

        let side = weights["stem"][0].shape("weight")?.dimensions.last ?? 1
        var x = try graph.convolution(
            graph.pixels(), weights["stem"][0], LayerName("stem.0"), stride: side, padding: .none, bias: true)
        x = try finish(
            &graph, x, weights["stem"][2], active: LayerName("stem.1"),
            normal: LayerName("patch_embed", "stem", "stem.2"))

        for index in 0..<weights.elementCount("blocks") {
            let (block, at) = (weights["blocks"][index], "blocks.\(index)")
            graph.name(x, "\(at).before", listed: false)
            let depthwise = block["0"]["fn"]
            var mixed = try graph.convolution(
                x, depthwise[0], LayerName("\(at).conv_dw", "\(at).0.fn.0"), bias: true)
            mixed = try finish(
                &graph, mixed, depthwise[2], active: LayerName("\(at).act1", "\(at).0.fn.1"),
                normal: LayerName("\(at).bn1", "\(at).0.fn.2", "\(at).0.fn"))
            x = x.with(try graph.add(x.result, mixed.result))
            graph.name(x, "\(at).middle", also: ["\(at).0"])
            x = try graph.convolution(x, block[1], LayerName("\(at).conv_pw", "\(at).1"), bias: true)
            x = try finish(&graph, x, block[3], active: LayerName("\(at).act2", "\(at).2"), normal: nil)
            graph.name(x, at, also: ["\(at).3"], aliases: ["\(at).after"])
        }
        graph.name(x, "blocks", listed: false)
        try graph.readPool(
            of: x, settings.pooling, pools: ["global_pool", "global_pool.pool", "global_pool.flatten"],
            head: (weights["head"], ["head"]))
        var defaults = InputDefaults.imageNet
        defaults.cropRatio = 0.96
        return input.blueprint(
            graph.build(), input: defaults, settings, open: [.activation], last: x)
    }
}
