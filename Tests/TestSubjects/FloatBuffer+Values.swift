import Visualization

extension FloatBuffer {
    /// The floats as a list.
    package var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    /// Overwrites the first floats.
    package func fill(_ values: [Float]) {
        for (index, value) in values.enumerated() { pointer[index] = value }
    }
}
