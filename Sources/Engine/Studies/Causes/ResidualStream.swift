import Compute
import Models
import Platform
import Visualization

/// The sum that a residual stream is: what each branch writes into it, found by following additions back from its end.
///
/// On the way, what is linear is followed too: LayerScale, transpositions, projections, interventions.
struct ResidualStream {
    private let model: Model
    private let end: Int
    /// The nodes of MLPs whose hidden neurons are parts of their own.
    private let divided: Set<Int>
    /// The nodes whose results are needed.
    private(set) var nodes: Set<Int> = []

    /// Follows the stream back from a node.
    init(_ model: Model, end: Int, dividing: Set<Int>) {
        self.model = model
        self.end = end
        divided = dividing
        collect(end)
    }

    private mutating func collect(_ node: Int) {
        nodes.insert(node)
        let inputs = model.graph.nodes[node].inputs
        switch model.graph.nodes[node].operation?.descriptor {
        case .add: for input in inputs { collect(input) }
        case .scale, .transpose, .alterElements: collect(inputs[0])
        case .linear: nodes.insert(inputs[0])
        default: break
        }
    }

    /// Returns what each part adds to an objective, of which `slope` is the gradient with respect to the stream's end.
    func parts(along slope: [Double], _ values: NodeValues) -> [Contributions.Part] {
        var parts: [Contributions.Part] = []
        follow(end, slope, name: "", values, into: &parts)
        // The additions are followed from the last to the first.
        var biases = Contributions.Part(layer: "attention and MLPs", kind: .bias, value: 0)
        for part in parts where part.kind == .bias {
            biases = .init(layer: biases.layer, kind: .bias, value: biases.value + part.value)
        }
        return parts.filter { $0.kind != .bias } + [biases]
    }

    private func follow(
        _ node: Int, _ slope: [Double], name: String, _ values: NodeValues, into parts: inout [Contributions.Part]
    ) {
        let inputs = model.graph.nodes[node].inputs
        let name = address(node) ?? name
        switch model.graph.nodes[node].operation?.descriptor {
        case .add:
            for input in inputs { follow(input, slope, name: name, values, into: &parts) }
        case .scale(let factor, let shift):
            let (factor, width) = (factor.tensor.values, factor.count)
            if let shift { parts.append(bias(slope, shift.tensor.values, name)) }
            follow(
                inputs[0], slope.indices.map { slope[$0] * Double(factor[$0 % width]) }, name: name, values,
                into: &parts)
        case .transpose:
            let (rows, columns) = (model.graph.nodes[node].shape[0], model.graph.nodes[node].shape[1])
            let turned = (0..<slope.count).map { slope[$0 % rows * columns + $0 / rows] }
            follow(inputs[0], turned, name: name, values, into: &parts)
        case .alterElements(let rows, let features, let factor, let shift):
            let width = model.graph.nodes[node].shape[-1]
            var (kept, added) = (slope, 0.0)
            for (row, ownRow) in rows.enumerated() {
                for (feature, ownFeature) in features.enumerated() {
                    let place = ownRow * width + ownFeature
                    added += slope[place] * Double(shift?.tensor.values[row * features.count + feature] ?? 0)
                    kept[place] = slope[place] * Double(factor)
                }
            }
            if shift != nil { parts.append(.init(layer: name, kind: .intervention, value: Float(added))) }
            follow(inputs[0], kept, name: name, values, into: &parts)
        case .linear(let weight, let bias):
            if let bias { parts.append(self.bias(slope, bias.tensor.values, name)) }
            followLinear(node, weight, bias, slope, name: name, values, into: &parts)
        default:
            parts.append(
                .init(layer: name, kind: isEmbedding(node) ? .embedding : .layer, value: product(slope, values[node])))
        }
    }

    /// Divides a projection into the heads or the hidden neurons that it reads, or keeps it as one part.
    private func followLinear(
        _ node: Int, _ weight: Parameter, _ bias: Parameter?, _ slope: [Double], name: String, _ values: NodeValues,
        into parts: inout [Contributions.Part]
    ) {
        let input = model.graph.nodes[node].inputs[0]
        let heads = headCount(of: input)
        guard heads != nil || divided.contains(node) else {
            let offset = bias.map { product(slope, $0) } ?? 0
            parts.append(.init(layer: name, kind: .layer, value: product(slope, values[node]) - offset))
            return
        }
        let (outputs, width) = (weight.shape[0], weight.shape[1])
        let (x, w) = (values[input], weight.tensor.values)
        var sums = [Double](repeating: 0, count: width)
        for row in 0..<slope.count / outputs {
            var back = [Float](repeating: 0, count: width)
            var isZero = true
            for output in 0..<outputs {
                let factor = Float(slope[row * outputs + output])
                guard factor != 0 else { continue }
                isZero = false
                for place in 0..<width { back[place] += factor * w[output * width + place] }
            }
            if isZero { continue }
            for place in 0..<width { sums[place] += Double(back[place]) * Double(x[row * width + place]) }
        }
        let layer = address(input) ?? name
        guard let heads else {
            parts += sums.enumerated().map { .init(layer: layer, kind: .neuron($0), value: Float($1)) }
            return
        }
        let own = width / heads
        parts += (0..<heads).map { head in
            let sum = sums[head * own..<(head + 1) * own].reduce(0, +)
            return .init(layer: layer, kind: .head(head, of: heads), value: Float(sum))
        }
    }

    /// Returns how many heads' outputs a node is, side by side; nil for anything else.
    private func headCount(of node: Int) -> Int? {
        switch model.graph.nodes[node].operation?.descriptor {
        case .attentionValues(let heads, windows: 1): heads
        case .alterElements: model.graph.nodes[node].inputs.first.flatMap(headCount)
        default: nil
        }
    }

    private func isEmbedding(_ node: Int) -> Bool { model.graph.node("blocks.0.before") == node }

    /// Returns the address of a node's layer, unless it is a point of the stream itself.
    private func address(_ node: Int) -> String? {
        if case .add = model.graph.nodes[node].operation?.descriptor { return nil }
        return model.graph.layers.first { model.graph.node($0.address) == node }?.address
    }

    private func bias(_ slope: [Double], _ bias: [Float], _ name: String) -> Contributions.Part {
        let sum = slope.indices.reduce(0.0) { $0 + slope[$1] * Double(bias[$1 % bias.count]) }
        return .init(layer: name, kind: .bias, value: Float(sum))
    }

    private func product(_ slope: [Double], _ bias: Parameter) -> Float {
        self.bias(slope, bias.tensor.values, "").value
    }

    private func product(_ slope: [Double], _ values: [Float]) -> Float {
        Float(zip(slope, values).reduce(0.0) { $0 + $1.0 * Double($1.1) })
    }
}
