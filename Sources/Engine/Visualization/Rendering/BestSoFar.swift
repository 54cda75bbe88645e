/// The parameters at which each picture's objective was largest.
///
/// The objective is that of the transformed picture, so with strong transforms the best may be the luckiest.
final class BestSoFar {
    private var values: [Float]
    private let parameters: FloatBuffer
    private let count: Int

    /// Allocates memory for the parameters, with no best values yet.
    init(pictures: Int, count: Int) {
        values = [Float](repeating: -.infinity, count: pictures)
        parameters = FloatBuffer(count: pictures * count)
        self.count = count
    }

    /// Keeps the parameters of the pictures whose values are larger than before.
    func note(_ found: [Float], _ current: FloatBuffer) {
        for (index, value) in found.enumerated() where value > values[index] {
            values[index] = value
            (parameters.pointer + index * count).update(from: current.pointer + index * count, count: count)
        }
    }

    /// Replaces the current parameters by the best ones, for the pictures that have any.
    func restore(into current: FloatBuffer) {
        for index in values.indices where values[index] > -.infinity {
            (current.pointer + index * count).update(from: parameters.pointer + index * count, count: count)
        }
    }
}
