import Foundation
import VitrineEngine

/// An operation of a plan on one picture, in plain loops that sum in float64.
struct NaiveOperation {
    let planned: PlannedOperation

    /// - Throws: ``EngineError`` `.invalidValue` for an operation that this device has no loops for.
    init(_ planned: PlannedOperation) throws(EngineError) {
        self.planned = planned
        switch planned.descriptor {
        case .add, .assembleTokens, .attentionValues, .attentionWeights, .elementwise(.gelu), .gatherRows, .layerNorm,
            .linear, .meanOfTokens, .normalizeHeads, .patchEmbedding, .scaleGradient, .selectToken,
            .transpose:
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
        case .attentionWeights(let heads, let windows, let bias, let mask):
            return Attention(shape(0), heads: heads, windows: windows).weights(x, bias: bias, mask: mask)
        case .attentionValues(let heads, let windows):
            return Attention(shape(1), heads: heads, windows: windows).values(x, inputs[1])
        case .elementwise: return x.map { Float(Double($0) * Self.distribution(Double($0))) }
        case .gatherRows(let numbers, _):
            let (rows, width) = (rows(x, shape(0)[1]), shape(0)[1])
            return numbers.flatMap { $0 < 0 ? [Float](repeating: 0, count: width) : rows[Int($0)] }
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
        case .normalizeHeads(let factors):
            return UnitHeads(shape(0), factors).forward(x)
        case .patchEmbedding(let weight, let bias):
            return product(Patches(shape(0), weight.shape).places.map { x[$0] }, weight, bias)
        case .scaleGradient: return x
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
        case .attentionWeights(let heads, let windows, _, _):
            return [Attention(shape(0), heads: heads, windows: windows).weightsGradient(x, output, slope)]
        case .attentionValues(let heads, let windows):
            return Attention(shape(1), heads: heads, windows: windows).valuesGradient(x, inputs[1], slope)
        case .elementwise:
            return [
                zip(x, slope).map { x, slope in
                    let x = Double(x)
                    let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
                    return Float(Double(slope) * (Self.distribution(x) + x * density))
                }
            ]
        case .gatherRows(let numbers, _):
            let width = shape(0)[1]
            var gradient = [Float](repeating: 0, count: x.count)
            for (place, row) in numbers.enumerated() where row >= 0 {
                for feature in 0..<width { gradient[Int(row) * width + feature] += slope[place * width + feature] }
            }
            return [gradient]
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
        case .normalizeHeads(let factors):
            return [UnitHeads(shape(0), factors).gradient(x, slope)]
        case .patchEmbedding(let weight, _):
            var gradient = [Float](repeating: 0, count: x.count)
            let patches = productGradient(slope, weight)
            for (place, value) in zip(Patches(shape(0), weight.shape).places, patches) { gradient[place] = value }
            return [gradient]
        case .scaleGradient(let factor): return [slope.map { factor * $0 }]
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
