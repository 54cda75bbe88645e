import Platform

/// Keeps the largest numbers of each row, and sets the others to 0: the gate of a TopK autoencoder.
///
///     y = x for the `count` largest of a row, else 0; rectified, max(y, 0)          ∂x = ∂y where y ≠ 0, else 0
///
/// Input and output `[…, features]`. Of equal numbers the first are kept. NaN stays NaN. Saves nothing.
///
/// - Source: Makhzani and Frey 2013, arXiv:1312.5663; Gao et al. 2024, arXiv:2406.04093, eq. 3.
package struct KeepLargest: CPUKernel {
    /// How many numbers of each row are kept; all of a shorter row.
    let count: Int
    /// Whether negative numbers are set to 0 even if they are among the largest.
    let isRectified: Bool

    /// - Precondition: `count` is 1 or more.
    package init(count: Int, isRectified: Bool) {
        precondition(count > 0, "at least one number is kept")
        self.count = count
        self.isRectified = isRectified
    }

    package var descriptor: OperationDescriptor { .keepLargest(count: count, isRectified: isRectified) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape { shapes[0] }
    package func operationCount(_ shapes: [Shape]) -> Int { 4 * shapes[0].count }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { shapes[0].count }
    package var gradientReads: GradientReads { .output }
    /// A copy of the rows, which is partly sorted.
    package func scratchCount(_ shapes: [Shape]) -> Int { shapes[0].count }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let features = frame.shapes[0][-1]
        let rows = frame.batch * frame.shapes[0].count / max(features, 1)
        return [
            TeamWork(ofRows: rows, elements: features) { [self] part in
                for row in part {
                    let offset = row * features
                    keep(frame.inputs[0] + offset, features, into: frame.output + offset, frame.scratch + offset)
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let target = frame.inputGradients[0]
        return [
            TeamWork(ofElements: frame.batch * frame.shapes[0].count) { part in
                for index in part {
                    let slope = frame.output[index] != 0 ? frame.outputGradient[index] : 0
                    target.values[index] = target.accumulates ? target.values[index] + slope : slope
                }
            }
        ]
    }

    /// Writes one row.
    private func keep(
        _ x: UnsafePointer<Float>, _ features: Int, into y: UnsafeMutablePointer<Float>,
        _ copy: UnsafeMutablePointer<Float>
    ) {
        let least: Float = isRectified ? 0 : -.infinity
        guard count < features else {
            for index in 0..<features { y[index] = x[index].isNaN ? x[index] : max(x[index], least) }
            return
        }
        for index in 0..<features { copy[index] = x[index].isNaN ? -.infinity : x[index] }
        let threshold = Self.largest(count - 1, of: copy, features)
        // How many of those that equal the smallest kept number are kept.
        var ties = count
        for index in 0..<features where x[index] > threshold { ties -= 1 }
        for index in 0..<features {
            let value = x[index]
            var isKept = value > threshold
            if value == threshold, ties > 0 {
                ties -= 1
                isKept = true
            }
            y[index] = value.isNaN ? value : isKept ? max(value, least) : 0
        }
    }

    /// Returns the number at a place, from 0, of the numbers in descending order, which are rearranged.
    ///
    /// Source: Hoare 1961, algorithm 65, with Dijkstra's partition in three parts.
    static func largest(_ place: Int, of numbers: UnsafeMutablePointer<Float>, _ count: Int) -> Float {
        var (low, high) = (0, count - 1)
        while low < high {
            let pivot = numbers[low + (high - low) / 2]
            var (greater, index, less) = (low, low, high)
            while index <= less {
                if numbers[index] > pivot {
                    swap(numbers, greater, index)
                    greater += 1
                    index += 1
                } else if numbers[index] < pivot {
                    swap(numbers, index, less)
                    less -= 1
                } else {
                    index += 1
                }
            }
            if place < greater {
                high = greater - 1
            } else if place > less {
                low = less + 1
            } else {
                return pivot
            }
        }
        return numbers[low]
    }

    @inline(__always)
    private static func swap(_ numbers: UnsafeMutablePointer<Float>, _ one: Int, _ other: Int) {
        let value = numbers[one]
        numbers[one] = numbers[other]
        numbers[other] = value
    }
}
