import Foundation

/// How well words fit the photographs that drive a neuron: CLIP-Dissect's soft weighted pointwise mutual information.
///
///     q(e | x)  = softmax over the words of a · cos(x, e)
///     log P(e)  = Σ over the k strongest photographs x_i of log(1 + p_i · (q(e | x_i) − 1) + ε)
///     p_i       = p₀ − i/k · (p₀ − p_k)
///     score(e)  = log P(e) − λ · (logsumexp over the neurons of log P(e) − log(number of neurons))
///
/// - Source: Oikarinen and Weng 2023, arXiv:2204.10965, section 3.3; their code, `similarity.py`, `soft_wpmi`.
package enum SoftWPMI {
    /// The number of photographs of a neuron, k.
    package static let photographCount = 100
    /// The sharpness of the choice among words, a.
    static let sharpness = 10.0
    /// The weight of what fits all neurons, λ.
    static let weight = 1.0
    /// The least probability, ε.
    static let least = 1e-7
    /// How much the strongest photograph counts, p₀.
    static let first = 0.998
    /// How much the photograph after the weakest counts, p_k.
    static let last = 0.97

    /// Returns e^(a · (cosine − 1)), to which q(e | x) is proportional.
    package static func power(_ cosine: Float) -> Double { exp(sharpness * (Double(cosine) - 1)) }

    /// Returns q(e | x) of each word for a photograph whose cosines with them are given.
    package static func choices(_ cosines: [Float]) -> [Double] {
        let powers = cosines.map(power)
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    /// Returns log P(e) of each word for one neuron.
    ///
    /// - Parameter choices: q(e | x) of its photographs, the strongest first.
    package static func fit(_ choices: [[Double]], words: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: words)
        var products = [Double](repeating: 1, count: words)
        for (index, choice) in choices.enumerated() {
            let p = first - Double(index) / Double(choices.count) * (first - last)
            for word in 0..<words { products[word] *= 1 + p * (choice[word] - 1) + least }
            // A factor is at least 0.002, so 64 of them do not underflow; logarithms are the slow part.
            guard index % 64 == 63 || index == choices.count - 1 else { continue }
            for word in 0..<words {
                sums[word] += log(products[word])
                products[word] = 1
            }
        }
        return sums
    }

    /// Returns the scores, `[neurons][words]`.
    ///
    /// - Parameter fits: log P(e), `[neurons][words]`.
    package static func scores(_ fits: [[Double]]) -> [[Double]] {
        guard let words = fits.first?.count else { return [] }
        let means = (0..<words).map { word -> Double in
            let largest = fits.map { $0[word] }.max() ?? 0
            let sum = fits.reduce(0.0) { $0 + exp($1[word] - largest) }
            return largest + log(sum) - log(Double(fits.count))
        }
        return fits.map { fit in zip(fit, means).map { $0 - weight * $1 } }
    }
}
