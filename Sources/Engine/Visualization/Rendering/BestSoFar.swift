/// The parameters with which each picture's objective was largest.
///
/// The objective is that of the disturbed picture, so with strong disturbances the best may be the luckiest.
final class BestSoFar {
    private var values: [Float]
    private let parameters: FloatBuffer
    private let count: Int

    /// Nothing seen yet.
    init(pictures: Int, count: Int) {
        values = [Float](repeating: -.infinity, count: pictures)
        parameters = FloatBuffer(count: pictures * count)
        self.count = count
    }

    /// Keeps the parameters of those pictures that are better than before.
    func note(_ found: [Float], _ current: FloatBuffer) {
        for (index, value) in found.enumerated() where value > values[index] {
            values[index] = value
            (parameters.pointer + index * count).update(from: current.pointer + index * count, count: count)
        }
    }

    /// Puts the best parameters in the place of the current ones, where any were seen.
    func restore(into current: FloatBuffer) {
        for index in values.indices where values[index] > -.infinity {
            (current.pointer + index * count).update(from: parameters.pointer + index * count, count: count)
        }
    }
}
