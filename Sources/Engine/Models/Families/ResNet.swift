import Checkpoints
import Compute
import Platform

/// ResNet, with the tensor names that torchvision and timm share: all depths, ResNeXt's groups, wide ones, and the deep stem and
/// the averaging shortcut of timm's "c" and "d" variants.
///
///     x ← relu(shortcut(x) + bn(conv(relu(bn(conv(… x …))))))
///
/// A block's channels are `conv1` to `conv3`, `bn1` to `bn3` and `act1` to `act2`; its output is after the last activation.
///
/// - Source: He et al. 2016, arXiv:1512.03385, fig. 5; Xie et al. 2017, arXiv:1611.05431 (groups); He et al. 2019,
///   arXiv:1812.01187, fig. 2 (variants); torchvision `resnet.py`; timm `resnet.py`.
enum ResNet: ModelFamily {
    static let name = "ResNet"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("bn1.weight", "layer1.0.conv1.weight", "layer1.0.bn1.weight")
            && (checkpoint.has("conv1.weight") || checkpoint.has("conv1.0.weight"))
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let input = ConvolutionalInput(configuration)
        let settings = configuration.settings.filled(
            by: ModelSettings(activation: .relu, epsilon: 1e-5, pooling: .mean))
        let parts = Parts(activation: settings.activation ?? .relu, epsilon: settings.epsilon ?? 1e-5)
        var graph = input.graph(names: weights.names)
        var x = try parts.stem(&graph, weights)

        var number = 0
        for stage in 1...4 {
            let (blocks, module) = (weights["layer\(stage)"], "layer\(stage)")
            for index in 0..<weights.elementCount(module) {
                x = try parts.block(
                    &graph, x, blocks[index], at: "blocks.\(number)", module: "\(module).\(index)",
                    stride: stage > 1 && index == 0 ? 2 : 1)
                number += 1
            }
            graph.name(x, "stages.\(stage - 1)", also: [module], listed: false)
        }
        try graph.readPool(
            of: x, settings.pooling, pools: ["avgpool", "global_pool", "global_pool.pool", "global_pool.flatten"],
            head: (weights["fc"], ["fc"]))
        var defaults = InputDefaults.imageNet
        defaults.interpolation = .bilinear
        return input.blueprint(graph.build(), input: defaults, settings, last: x)
    }

    /// The parts of a model.
    private struct Parts {
        let activation: Activation
        let epsilon: Float

        /// Adds the layers before the first block: windows of 7 × 7 pixels, or three layers of 3 × 3, and a pool.
        func stem(_ graph: inout GraphBuilder, _ weights: WeightReader) throws(EngineError) -> FeatureMap {
            var x = try graph.pixels()
            let isDeep = weights["conv1"][0].has("weight")
            for (convolution, norm, active) in isDeep ? [("0", "1", "2"), ("3", "4", "5")] : [] {
                let stem = weights["conv1"]
                x = try graph.convolution(
                    x, stem[convolution], LayerName("conv1.\(convolution)"),
                    norm: (BatchNorm(stem[norm], epsilon: epsilon), LayerName("conv1.\(norm)")),
                    stride: convolution == "0" ? 2 : 1)
                x = try graph.apply(activation.operation, to: x)
                graph.name(x, "conv1.\(active)", listed: false)
            }
            let name = isDeep ? LayerName("conv1", "conv1.6") : LayerName("conv1")
            x = try graph.convolution(
                x, isDeep ? weights["conv1"][6] : weights["conv1"], name,
                norm: (BatchNorm(weights["bn1"], epsilon: epsilon), LayerName("bn1")), stride: isDeep ? 1 : 2)
            x = try graph.apply(activation.operation, to: x)
            graph.name(x, "stem", also: ["act1", "relu"])
            x = try graph.maximumPool(x, side: 3, stride: 2, padding: .half)
            graph.name(x, "maxpool")
            return x
        }

        /// Adds a block of two or three convolutions and a shortcut.
        func block(
            _ graph: inout GraphBuilder, _ input: FeatureMap, _ weights: WeightReader, at: String, module: String,
            stride: Int
        ) throws(EngineError) -> FeatureMap {
            func named(_ part: String) -> LayerName { LayerName("\(at).\(part)", "\(module).\(part)") }
            graph.name(input, "\(at).before", listed: false)
            let count = weights["conv3"].has("weight") ? 3 : 2
            var x = input
            for index in 1...count {
                // The stride is that of the windows of 3 × 3: the second convolution of three, the first of two.
                x = try graph.convolution(
                    x, weights["conv\(index)"], named("conv\(index)"),
                    norm: (BatchNorm(weights["bn\(index)"], epsilon: epsilon), named("bn\(index)")),
                    stride: index == count - 1 ? stride : 1)
                guard index < count else { continue }
                x = try graph.apply(activation.operation, to: x)
                graph.name(x, "\(at).act\(index)", also: ["\(module).act\(index)"])
            }
            let shortcut = try shortcut(&graph, input, weights["downsample"], stride: stride, named)
            let sum = try graph.add(x.result, shortcut.result)
            let output = try graph.apply(activation.operation, to: x.with(sum))
            graph.name(
                output, at, also: [module, "\(module).act\(count)", "\(module).relu"], aliases: ["\(at).after"])
            return output
        }

        /// Adds the way around a block: nothing, or a projection to its number of channels, in the "d" variant of the mean of
        /// each 2 × 2 positions.
        private func shortcut(
            _ graph: inout GraphBuilder, _ input: FeatureMap, _ weights: WeightReader, stride: Int,
            _ named: (String) -> LayerName
        ) throws(EngineError) -> FeatureMap {
            let averages = weights[1].shape("weight")?.rank == 4
            guard averages || weights[0].has("weight") || weights[1].has("weight") else { return input }
            var x = input
            if averages, stride > 1 {
                x = try graph.averagePool(x, side: stride, roundsUp: true)
                let name = named("downsample.0")
                graph.name(x, name.address, also: name.modules, listed: false)
            }
            let (convolution, norm) = averages ? (1, 2) : (0, 1)
            x = try graph.convolution(
                x, weights[convolution], named("downsample.\(convolution)"),
                norm: (BatchNorm(weights[norm], epsilon: epsilon), named("downsample.\(norm)")),
                stride: averages ? 1 : stride)
            let name = named("downsample")
            graph.name(x, name.address, also: name.modules, listed: false)
            return x
        }
    }
}
