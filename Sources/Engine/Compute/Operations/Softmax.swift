/// Replaces a row of scores by their softmax: positive numbers that sum to 1.
///
///     p = e^(s − max s) / Σ e^(s − max s)
func softmax(_ row: UnsafeMutablePointer<Float>, _ count: Int) {
    let whole = count & ~7
    let rest = count - whole
    // Below every score, so that the lanes past the end have no influence.
    let tail = UnsafePointer(row).lanes(whole, first: rest, filler: -.greatestFiniteMagnitude)
    var greatest = tail
    var index = 0
    while index < whole {
        greatest = Lanes.greater(greatest, row.lanes(index))
        index += 8
    }
    let maximum = greatest.greatest
    var sum = Lanes.zero
    index = 0
    while index < whole {
        let power = Lanes.exponential(row.lanes(index) - maximum)
        row.store(power, index)
        sum += power
        index += 8
    }
    let tailPower = Lanes.exponential(tail - maximum)
    sum += tailPower
    let reciprocal = 1 / sum.total
    index = 0
    while index < whole {
        row.store(row.lanes(index) * reciprocal, index)
        index += 8
    }
    row.store(tailPower * reciprocal, whole, first: rest)
}

/// Computes the gradient of a row's softmax with respect to its scores.
///
///     ∂s = p ∘ (∂p − Σ ∂p · p)
///
/// - Parameter probabilities: the softmax's result.
func softmaxInputGradient(
    _ probabilities: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
    into result: UnsafeMutablePointer<Float>, _ count: Int
) {
    let whole = count & ~7
    let rest = count - whole
    let tailProbabilities = probabilities.lanes(whole, first: rest)
    let tailGradient = gradient.lanes(whole, first: rest)
    var sum = tailProbabilities * tailGradient
    var index = 0
    while index < whole {
        sum += probabilities.lanes(index) * gradient.lanes(index)
        index += 8
    }
    let total = sum.total
    index = 0
    while index < whole {
        result.store(probabilities.lanes(index) * (gradient.lanes(index) - total), index)
        index += 8
    }
    result.store(tailProbabilities * (tailGradient - total), whole, first: rest)
}
