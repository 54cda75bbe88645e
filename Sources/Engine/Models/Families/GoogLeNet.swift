import Checkpoints
import Compute
import Platform

/// GoogLeNet, or InceptionV1, with torchvision's tensor names: nine inception modules of four branches, with a batch norm after
/// each convolution.
///
/// A module's output is the blocks' one, and has the name that Lucid gives it, "mixed4a", as well; its branches are `branch1` to
/// `branch4`, and their channels follow each other in the output. Two further heads, which only training uses, are left
/// out.
///
/// - Source: Szegedy et al. 2015, arXiv:1409.4842, table 1; torchvision `googlenet.py`.
enum GoogLeNet: ModelFamily {
    static let name = "GoogLeNet (InceptionV1)"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("conv1.conv.weight", "inception3a.branch1.conv.weight")
    }

    static func ignores(_ tensor: String) -> Bool { tensor.hasPrefix("aux1.") || tensor.hasPrefix("aux2.") }

    /// The modules of each stage, which a pool follows.
    private static let stages = [["3a", "3b"], ["4a", "4b", "4c", "4d", "4e"], ["5a", "5b"]]

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let input = ConvolutionalInput(configuration)
        let settings = configuration.settings.filled(
            by: ModelSettings(activation: .relu, epsilon: 1e-3, pooling: .mean))
        let layer = BasicConvolution(activation: settings.activation ?? .relu, epsilon: settings.epsilon ?? 1e-3)
        var graph = input.graph(names: weights.names)
        var x = try graph.pixels()

        // torchvision makes models with these weights differ from others by `transform_input`, which no tensor shows. Such
        // weights come without the heads for training, unless they are torchvision's own.
        let isTransformed = configuration.transformsInput ?? !weights.has("aux1.conv.conv.weight")
        if isTransformed { x = try graph.apply(transform(), to: x) }
        x = try layer.append(to: &graph, x, weights["conv1"], at: "conv1", stride: 2)
        x = try graph.maximumPool(x, side: 3, stride: 2, roundsUp: true)
        graph.name(x, "maxpool1")
        x = try layer.append(to: &graph, x, weights["conv2"], at: "conv2")
        x = try layer.append(to: &graph, x, weights["conv3"], at: "conv3")

        var number = 0
        for (stage, modules) in stages.enumerated() {
            // The last pool has smaller windows.
            x = try graph.maximumPool(x, side: stage == 2 ? 2 : 3, stride: 2, roundsUp: true)
            graph.name(x, "maxpool\(stage + 2)")
            for module in modules {
                graph.name(x, "blocks.\(number).before", listed: false)
                x = try inception(
                    &graph, x, weights["inception\(module)"], at: "blocks.\(number)", module: "inception\(module)",
                    layer)
                graph.name(
                    x, "blocks.\(number)", also: ["inception\(module)", "mixed\(module)"],
                    aliases: ["blocks.\(number).after"])
                number += 1
            }
        }
        try graph.readPool(of: x, settings.pooling, pools: ["avgpool"], head: (weights["fc"], ["fc"]))
        var defaults = InputDefaults.imageNet
        defaults.interpolation = .bilinear
        var blueprint = input.blueprint(graph.build(), input: defaults, settings, last: x)
        if configuration.transformsInput == nil {
            let reason =
                isTransformed
                ? "It has no heads for training, as models made from torchvision's own weights, so the change is assumed."
                : "It has heads for training, as models trained from the start, so no change is assumed."
            blueprint.notes.append(
                "The file does not say whether the model changes its input to the range −1…1, as torchvision's "
                    + "`transform_input` does. \(reason)")
        }
        return blueprint
    }

    /// Returns the change of an input normalized with ImageNet's mean and deviation to one normalized with 0.5 and 0.5.
    private static func transform() -> Scale {
        func parameter(_ value: (Int) -> Float) -> Parameter {
            Parameter(shape: [3]) { values in for channel in 0..<3 { values[channel] = value(channel) } }
        }
        let (mean, deviation) = (Preprocessing.imageNetMean, Preprocessing.imageNetDeviation)
        return Scale(
            factor: parameter { Float(Double(deviation[$0]) / 0.5) },
            shift: parameter { Float((Double(mean[$0]) - 0.5) / 0.5) })
    }

    /// Adds an inception module: windows of one position, of 3 × 3 twice, and a pool, side by side.
    private static func inception(
        _ graph: inout GraphBuilder, _ x: FeatureMap, _ weights: WeightReader, at: String, module: String,
        _ layer: BasicConvolution
    ) throws(EngineError) -> FeatureMap {
        var branches = [
            try layer.append(
                to: &graph, x, weights["branch1"], at: "\(at).branch1", module: "\(module).branch1")
        ]
        for branch in ["branch2", "branch3"] {
            let reduced = try layer.append(
                to: &graph, x, weights[branch][0], at: "\(at).\(branch).0", module: "\(module).\(branch).0")
            branches.append(
                try layer.append(
                    to: &graph, reduced, weights[branch][1], at: "\(at).\(branch)", inside: "\(at).\(branch).1",
                    module: "\(module).\(branch).1", also: ["\(module).\(branch)"]))
        }
        let pooled = try graph.maximumPool(x, side: 3, stride: 1, padding: .half, roundsUp: true)
        graph.name(pooled, "\(at).branch4.0", also: ["\(module).branch4.0"], listed: false)
        branches.append(
            try layer.append(
                to: &graph, pooled, weights["branch4"][1], at: "\(at).branch4", inside: "\(at).branch4.1",
                module: "\(module).branch4.1", also: ["\(module).branch4"]))
        return try graph.concatenate(branches)
    }

    /// A convolution, a batch norm and an activation: torchvision's `BasicConv2d`.
    private struct BasicConvolution {
        let activation: Activation
        let epsilon: Float

        /// Adds the layer.
        ///
        /// - Parameters:
        ///   - address: the address of the output.
        ///   - inside: the beginning of its parts' addresses, if it is not that address.
        ///   - module: its name in the framework, if it is not the address.
        ///   - names: other names of the output in the framework.
        func append(
            to graph: inout GraphBuilder, _ x: FeatureMap, _ weights: WeightReader, at address: String,
            inside: String? = nil, module: String? = nil, also names: [String] = [], stride: Int = 1
        ) throws(EngineError) -> FeatureMap {
            let (inside, module) = (inside ?? address, module ?? address)
            let normalized = try graph.convolution(
                x, weights["conv"], LayerName("\(inside).conv", "\(module).conv"),
                norm: (BatchNorm(weights["bn"], epsilon: epsilon), LayerName("\(inside).bn", "\(module).bn")),
                stride: stride)
            let output = try graph.apply(activation.operation, to: normalized)
            graph.name(
                output, address, also: [module] + names, aliases: inside == address ? [] : [inside])
            return output
        }
    }
}
