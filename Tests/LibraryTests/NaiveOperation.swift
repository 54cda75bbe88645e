import Foundation
import VitrineEngine

/// An operation of a plan on one picture, in plain loops that sum in float64.
struct NaiveOperation {
    let planned: PlannedOperation

    /// - Throws: ``EngineError`` `.invalidValue` for an operation that this device has no loops for.
    init(_ planned: PlannedOperation) throws(EngineError) {
        self.planned = planned
        switch planned.descriptor {
        case .add, .assembleTokens, .attentionValues, .attentionWeights, .elementwise(.gelu), .layerNorm, .linear,
            .meanOfTokens, .patchEmbedding, .selectToken, .transpose:
            return
        default:
            throw .invalidValue(
                what: "The operation", found: planned.descriptor.name, expected: "one that plain loops compute")
        }
    }

    private func shape(_ input: Int) -> [Int] { planned.inputShapes[input].dimensions }

    /// What it makes of its inputs.
    func forward(_ inputs: [[Float]]) -> [Float] {
        let x = inputs[0]
        switch planned.descriptor {
        case .add: return zip(x, inputs[1]).map { $0 + $1 }
        case .assembleTokens(let special, let positions):
            return (special?.tensor.values ?? []) + zip(x, positions.tensor.values).map { $0 + $1 }
        case .attentionWeights(let heads):
            let attention = Attention(shape(0), heads: heads)
            return attention.weights(x)
        case .attentionValues(let heads):
            let attention = Attention(shape(1), heads: heads)
            return attention.values(x, inputs[1])
        case .elementwise: return x.map { Float(Double($0) * Self.distribution(Double($0))) }
        case .layerNorm(let scale, let shift, let epsilon):
            let (scale, shift) = (scale.tensor.values, shift.tensor.values)
            return rows(x, scale.count).flatMap { row in
                let (normal, _) = Self.normalized(row, epsilon: epsilon)
                return row.indices.map { Float(normal[$0] * Double(scale[$0]) + Double(shift[$0])) }
            }
        case .linear(let weight, let bias): return product(x, weight, bias)
        case .meanOfTokens(let first):
            let tokens = rows(x, shape(0)[1])[first...]
            return (0..<shape(0)[1]).map { feature in
                Float(tokens.reduce(0.0) { $0 + Double($1[feature]) } / Double(tokens.count))
            }
        case .patchEmbedding(let weight, let bias):
            return product(Patches(shape(0), weight.shape).places.map { x[$0] }, weight, bias)
        case .selectToken(let token): return rows(x, shape(0)[1])[token]
        case .transpose: return transposed(x, rows: shape(0)[0], columns: shape(0)[1])
        default: preconditionFailure("refused when it was compiled")
        }
    }

    /// ∂objective/∂inputs of ∂objective/∂output.
    func gradient(_ inputs: [[Float]], output: [Float], _ slope: [Float]) -> [[Float]] {
        let x = inputs[0]
        switch planned.descriptor {
        case .add: return [slope, slope]
        case .assembleTokens: return [Array(slope.suffix(x.count))]
        case .attentionWeights(let heads):
            return [Attention(shape(0), heads: heads).weightsGradient(x, output, slope)]
        case .attentionValues(let heads):
            return Attention(shape(1), heads: heads).valuesGradient(x, inputs[1], slope)
        case .elementwise:
            return [
                zip(x, slope).map { x, slope in
                    let x = Double(x)
                    let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
                    return Float(Double(slope) * (Self.distribution(x) + x * density))
                }
            ]
        case .layerNorm(let scale, _, let epsilon):
            let scale = scale.tensor.values
            return [
                zip(rows(x, scale.count), rows(slope, scale.count)).flatMap { row, slope in
                    let (normal, reciprocal) = Self.normalized(row, epsilon: epsilon)
                    let g = zip(slope, scale).map { Double($0) * Double($1) }
                    let mean = g.reduce(0, +) / Double(g.count)
                    let along = zip(g, normal).reduce(0) { $0 + $1.0 * $1.1 } / Double(g.count)
                    return g.indices.map { Float((g[$0] - mean - normal[$0] * along) * reciprocal) }
                }
            ]
        case .linear(let weight, _): return [productGradient(slope, weight)]
        case .meanOfTokens(let first):
            let tokens = shape(0)[0] - first
            let row = slope.map { $0 / Float(tokens) }
            return [[Float](repeating: 0, count: first * row.count) + (0..<tokens).flatMap { _ in row }]
        case .patchEmbedding(let weight, _):
            var gradient = [Float](repeating: 0, count: x.count)
            let patches = productGradient(slope, weight)
            for (place, value) in zip(Patches(shape(0), weight.shape).places, patches) { gradient[place] = value }
            return [gradient]
        case .selectToken(let token):
            var gradient = [Float](repeating: 0, count: x.count)
            gradient.replaceSubrange(token * slope.count..<(token + 1) * slope.count, with: slope)
            return [gradient]
        case .transpose: return [transposed(slope, rows: shape(0)[1], columns: shape(0)[0])]
        default: preconditionFailure("refused when it was compiled")
        }
    }

    /// Φ(x).
    private static func distribution(_ x: Double) -> Double { (1 + erf(x / 2.0.squareRoot())) / 2 }

    private static func normalized(_ row: [Float], epsilon: Float) -> (normal: [Double], reciprocal: Double) {
        let mean = row.reduce(0.0) { $0 + Double($1) } / Double(row.count)
        let variance = row.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(row.count)
        let reciprocal = 1 / (variance + Double(epsilon)).squareRoot()
        return (row.map { (Double($0) - mean) * reciprocal }, reciprocal)
    }
}

/// The rows of a matrix.
private func rows(_ x: [Float], _ width: Int) -> [[Float]] {
    stride(from: 0, to: x.count, by: width).map { Array(x[$0..<$0 + width]) }
}

private func transposed(_ x: [Float], rows: Int, columns: Int) -> [Float] {
    (0..<columns).flatMap { column in (0..<rows).map { x[$0 * columns + column] } }
}

/// x · Wᵀ + b.
private func product(_ x: [Float], _ weight: Parameter, _ bias: Parameter?) -> [Float] {
    let outputs = weight.shape[0]
    let inputs = weight.shape.count / outputs
    let bias = bias?.tensor.values
    return weight.withValues { weight in
        rows(x, inputs).flatMap { row in
            (0..<outputs).map { output in
                var sum = Double(bias?[output] ?? 0)
                for input in 0..<inputs { sum += Double(row[input]) * Double(weight[output * inputs + input]) }
                return Float(sum)
            }
        }
    }
}

/// ∂y · W.
private func productGradient(_ slope: [Float], _ weight: Parameter) -> [Float] {
    let outputs = weight.shape[0]
    let inputs = weight.shape.count / outputs
    return weight.withValues { weight in
        rows(slope, outputs).flatMap { row in
            (0..<inputs).map { input in
                var sum = 0.0
                for output in 0..<outputs { sum += Double(row[output]) * Double(weight[output * inputs + input]) }
                return Float(sum)
            }
        }
    }
}

/// Where the pixels of a picture's patches lie: patch by patch, and in a patch as its weights are stored.
private struct Patches {
    let places: [Int]

    init(_ picture: [Int], _ weight: Shape) {
        let (height, width, lines, run) = (picture[1], picture[2], weight[2], weight[3])
        var places: [Int] = []
        for row in 0..<height / lines {
            for column in 0..<width / run {
                for channel in 0..<3 {
                    for line in 0..<lines {
                        let start = (channel * height + row * lines + line) * width + column * run
                        places += start..<start + run
                    }
                }
            }
        }
        self.places = places
    }
}

/// Attention of `[tokens, 3 · heads · width]`.
private struct Attention {
    let tokens: Int
    let heads: Int
    let width: Int

    init(_ shape: [Int], heads: Int) {
        tokens = shape[0]
        self.heads = heads
        width = shape[1] / 3 / heads
    }

    private func query(_ head: Int, _ token: Int) -> Int { token * 3 * heads * width + head * width }
    private func key(_ head: Int, _ token: Int) -> Int { query(head, token) + heads * width }
    private func value(_ head: Int, _ token: Int) -> Int { query(head, token) + 2 * heads * width }
    private func pattern(_ head: Int, _ token: Int) -> Int { (head * tokens + token) * tokens }
    private func output(_ head: Int, _ token: Int) -> Int { token * heads * width + head * width }

    func weights(_ x: [Float]) -> [Float] {
        var result = [Float](repeating: 0, count: heads * tokens * tokens)
        forEach { head, token in
            let scores = (0..<tokens).map { other in
                dot(x, query(head, token), x, key(head, other)) / Double(width).squareRoot()
            }
            let greatest = scores.max() ?? 0
            let powers = scores.map { exp($0 - greatest) }
            let sum = powers.reduce(0, +)
            for other in 0..<tokens { result[pattern(head, token) + other] = Float(powers[other] / sum) }
        }
        return result
    }

    func weightsGradient(_ x: [Float], _ weights: [Float], _ slope: [Float]) -> [Float] {
        var result = [Double](repeating: 0, count: x.count)
        forEach { head, token in
            let row = pattern(head, token)
            let mean = (row..<row + tokens).reduce(0.0) { $0 + Double(slope[$1]) * Double(weights[$1]) }
            for other in 0..<tokens {
                let share = Double(weights[row + other]) * (Double(slope[row + other]) - mean)
                let scaled = share / Double(width).squareRoot()
                for feature in 0..<width {
                    result[query(head, token) + feature] += scaled * Double(x[key(head, other) + feature])
                    result[key(head, other) + feature] += scaled * Double(x[query(head, token) + feature])
                }
            }
        }
        return result.map { Float($0) }
    }

    func values(_ weights: [Float], _ x: [Float]) -> [Float] {
        var result = [Float](repeating: 0, count: tokens * heads * width)
        forEach { head, token in
            for feature in 0..<width {
                let sum = (0..<tokens).reduce(0.0) { sum, other in
                    sum + Double(weights[pattern(head, token) + other]) * Double(x[value(head, other) + feature])
                }
                result[output(head, token) + feature] = Float(sum)
            }
        }
        return result
    }

    func valuesGradient(_ weights: [Float], _ x: [Float], _ slope: [Float]) -> [[Float]] {
        var ofWeights = [Float](repeating: 0, count: weights.count)
        var ofValues = [Double](repeating: 0, count: x.count)
        forEach { head, token in
            for other in 0..<tokens {
                let place = pattern(head, token) + other
                ofWeights[place] = Float(dot(slope, output(head, token), x, value(head, other)))
                for feature in 0..<width {
                    ofValues[value(head, other) + feature] +=
                        Double(weights[place]) * Double(slope[output(head, token) + feature])
                }
            }
        }
        return [ofWeights, ofValues.map { Float($0) }]
    }

    private func dot(_ a: [Float], _ first: Int, _ b: [Float], _ second: Int) -> Double {
        (0..<width).reduce(0.0) { $0 + Double(a[first + $1]) * Double(b[second + $1]) }
    }

    private func forEach(_ body: (_ head: Int, _ token: Int) -> Void) {
        for head in 0..<heads { for token in 0..<tokens { body(head, token) } }
    }
}
