/// Summary statistics of many numbers.
///
/// NaN and infinite values are counted and excluded from everything else.
public struct TensorStatistics: Hashable, Sendable {
    /// The smallest finite number; nil if there is none.
    public private(set) var minimum: Float?
    /// The largest finite number; nil if there is none.
    public private(set) var maximum: Float?
    /// The mean of the finite numbers; nil if there is none.
    public private(set) var mean: Double?
    /// The standard deviation of the finite numbers around ``mean``, divided by their number, as NumPy's `std`.
    public private(set) var deviation: Double?
    /// The number of values that are exactly 0.
    public private(set) var zeroCount = 0
    /// The number of values that are NaN.
    public private(set) var nanCount = 0
    /// The number of values that are infinite.
    public private(set) var infiniteCount = 0

    /// Computes the statistics of a tensor's numbers, summed in double precision.
    public init(_ tensor: Tensor) {
        var (smallest, largest) = (Float.infinity, -Float.infinity)
        var sum = 0.0
        tensor.values.withUnsafeBufferPointer { values in
            for value in values {
                guard value.isFinite else {
                    if value.isNaN { nanCount += 1 } else { infiniteCount += 1 }
                    continue
                }
                smallest = min(smallest, value)
                largest = max(largest, value)
                sum += Double(value)
                if value == 0 { zeroCount += 1 }
            }
        }
        let count = tensor.values.count - nanCount - infiniteCount
        guard count > 0 else { return }
        let mean = sum / Double(count)
        var squares = 0.0
        tensor.values.withUnsafeBufferPointer { values in
            for value in values where value.isFinite {
                squares += (Double(value) - mean) * (Double(value) - mean)
            }
        }
        minimum = smallest
        maximum = largest
        self.mean = mean
        deviation = (squares / Double(count)).squareRoot()
    }
}
