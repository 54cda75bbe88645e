import Foundation

/// The Gauss–Legendre rule on 0…1: the places and weights with which polynomials up to degree 2n − 1 are integrated exactly.
///
/// Source: Press et al. 2007, Numerical Recipes, section 4.6 (Newton's method on the Legendre polynomial).
package struct GaussLegendre {
    /// The places, from the smallest.
    package let places: [Double]
    /// The weights, whose sum is 1.
    package let weights: [Double]

    /// Creates the rule of `count` places.
    ///
    /// - Precondition: there is at least one.
    package init(_ count: Int) {
        var (places, weights): ([Double], [Double]) = ([], [])
        for index in 0..<count {
            var x = -cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
            var slope = 1.0
            for _ in 0..<100 {
                let (value, derivative) = Self.legendre(count, x)
                slope = derivative
                let step = value / derivative
                x -= step
                if abs(step) < 1e-15 { break }
            }
            slope = Self.legendre(count, x).derivative
            places.append((1 + x) / 2)
            weights.append(1 / ((1 - x * x) * slope * slope))
        }
        self.places = places
        self.weights = weights
    }

    /// Returns the Legendre polynomial of a degree and its derivative.
    private static func legendre(_ degree: Int, _ x: Double) -> (value: Double, derivative: Double) {
        var (before, value) = (1.0, x)
        for order in stride(from: 2, through: degree, by: 1) {
            (before, value) = (
                value, ((2 * Double(order) - 1) * x * value - (Double(order) - 1) * before) / Double(order)
            )
        }
        return (value, Double(degree) * (x * value - before) / (x * x - 1))
    }
}
