import Foundation
import VitrineEngine

/// Attention of `[tokens, 3 · heads · width]` among the tokens of each window, in plain loops that sum in float64.
struct Attention {
    private let tokens: Int
    private let heads: Int
    private let width: Int
    /// The number of tokens in a window.
    private let size: Int

    init(_ shape: [Int], heads: Int, windows: Int) {
        tokens = shape[0]
        self.heads = heads
        width = shape[1] / 3 / heads
        size = shape[0] / windows
    }

    private func query(_ head: Int, _ token: Int) -> Int { token * 3 * heads * width + head * width }
    private func key(_ head: Int, _ token: Int) -> Int { query(head, token) + heads * width }
    private func value(_ head: Int, _ token: Int) -> Int { query(head, token) + 2 * heads * width }
    private func pattern(_ head: Int, _ token: Int) -> Int { (head * tokens + token) * size }
    private func output(_ head: Int, _ token: Int) -> Int { token * heads * width + head * width }
    /// The tokens of a token's window.
    private func window(_ token: Int) -> Range<Int> { token / size * size..<(token / size + 1) * size }

    func weights(_ x: [Float], bias: Parameter?, mask: Parameter?) -> [Float] {
        let biases = bias.map { ($0.tensor.values, isShared: $0.shape[0] == 1) }
        let masks = mask?.tensor.values
        var result = [Float](repeating: 0, count: heads * tokens * size)
        forEach { head, token in
            let scores = window(token).map { other in
                let product = dot(x, query(head, token), x, key(head, other)) / Double(width).squareRoot()
                let (row, column) = (token % size, other % size)
                let bias = biases.map { $0.0[(($0.isShared ? 0 : head) * size + row) * size + column] } ?? 0
                let mask = masks.map { $0[(token / size * size + row) * size + column] } ?? 0
                return product + Double(bias) + Double(mask)
            }
            let greatest = scores.max() ?? 0
            let powers = scores.map { exp($0 - greatest) }
            let sum = powers.reduce(0, +)
            for other in 0..<size { result[pattern(head, token) + other] = Float(powers[other] / sum) }
        }
        return result
    }

    func weightsGradient(_ x: [Float], _ weights: [Float], _ slope: [Float]) -> [Float] {
        var result = [Double](repeating: 0, count: x.count)
        forEach { head, token in
            let row = pattern(head, token)
            let mean = (row..<row + size).reduce(0.0) { $0 + Double(slope[$1]) * Double(weights[$1]) }
            for (column, other) in window(token).enumerated() {
                let share = Double(weights[row + column]) * (Double(slope[row + column]) - mean)
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
                let sum = window(token).enumerated().reduce(0.0) { sum, other in
                    let weight = Double(weights[pattern(head, token) + other.offset])
                    return sum + weight * Double(x[value(head, other.element) + feature])
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
            for (column, other) in window(token).enumerated() {
                let place = pattern(head, token) + column
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

/// The queries and keys of `[tokens, 3 · heads · width]` with unit length, the queries times a factor of their head.
struct UnitHeads {
    private let width: Int
    private let heads: Int
    private let factors: [Float]

    init(_ shape: [Int], _ factors: Parameter) {
        heads = factors.shape[0]
        width = shape[1] / 3 / heads
        self.factors = factors.tensor.values
    }

    func forward(_ x: [Float]) -> [Float] {
        var result = x
        forEachRow(x) { row, factor in
            let length = row.reduce(0.0) { $0 + Double(x[$1]) * Double(x[$1]) }.squareRoot()
            for index in row { result[index] = Float(Double(x[index]) * factor / length) }
        }
        return result
    }

    func gradient(_ x: [Float], _ slope: [Float]) -> [Float] {
        var result = slope
        forEachRow(x) { row, factor in
            let square = row.reduce(0.0) { $0 + Double(x[$1]) * Double(x[$1]) }
            let along = row.reduce(0.0) { $0 + Double(x[$1]) * Double(slope[$1]) } / square
            for index in row {
                result[index] = Float((Double(slope[index]) - along * Double(x[index])) * factor / square.squareRoot())
            }
        }
        return result
    }

    private func forEachRow(_ x: [Float], _ body: (_ row: Range<Int>, _ factor: Double) -> Void) {
        for token in 0..<x.count / (3 * heads * width) {
            for head in 0..<heads {
                let query = (token * 3 * heads + head) * width
                body(query..<query + width, Double(factors[head]) * Double(width).squareRoot())
                body(query + heads * width..<query + heads * width + width, 1)
            }
        }
    }
}
