import Compute

/// The largest difference between two lists of the same length; infinite where a value is no number.
package func largestDifference(_ left: [Float], _ right: [Float]) -> Float {
    guard left.count == right.count else { return .infinity }
    return zip(left, right).reduce(0) { largest, pair in
        let difference = abs(pair.0 - pair.1)
        return difference.isNaN ? .infinity : max(largest, difference)
    }
}

/// The sum of the products, added up in double precision.
package func dot(_ left: [Float], _ right: [Float]) -> Double {
    zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

/// Normal numbers that are the same in every run.
package func normals(_ count: Int, seed: UInt64, stream: UInt64 = 0) -> [Float] {
    var random = RandomSource(seed: seed, stream: stream)
    return (0..<count).map { _ in random.normal() }
}
