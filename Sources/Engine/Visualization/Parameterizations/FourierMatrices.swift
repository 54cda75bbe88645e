import Foundation

/// The cosine and sine matrices of one axis, for half of its frequencies and positions, scaled to be orthonormal.
final class FourierMatrices {
    /// The number of frequencies (and positions) that have a cosine: 0…length/2.
    let cosines: Int
    /// The number of those that have a sine: 1…(length−1)/2.
    let sines: Int
    private let cosineBuffer: FloatBuffer
    private let sineBuffer: FloatBuffer

    /// Computes the matrices of an axis of `length` positions.
    ///
    /// - Parameter countsMirrors: true for the axis that holds half the frequencies. Each of them except the first (and, if
    ///   `length` is even, the last) counts twice, for its mirror image too, and the sine matrix has a row for each frequency.
    init(length: Int, countsMirrors: Bool) {
        cosines = length / 2 + 1
        sines = (length - 1) / 2
        cosineBuffer = FloatBuffer(count: cosines * cosines)
        let sineRows = countsMirrors ? cosines : sines
        sineBuffer = FloatBuffer(count: sineRows * sines)
        let unit = 1 / Double(length).squareRoot()
        func weight(_ k: Int) -> Double { countsMirrors && k >= 1 && k <= sines ? 2 * unit : unit }
        func angle(_ k: Int, _ n: Int) -> Double { 2 * Double.pi * Double(k * n % length) / Double(length) }
        for k in 0..<cosines {
            for n in 0..<cosines {
                cosineBuffer.pointer[k * cosines + n] = Float(weight(k) * cos(angle(k, n)))
            }
        }
        for row in 0..<sineRows {
            let k = countsMirrors ? row : row + 1
            for n in 0..<sines {
                sineBuffer.pointer[row * sines + n] = Float(weight(k) * sin(angle(k, n + 1)))
            }
        }
    }

    /// `[cosines, cosines]`: frequency × position.
    var cosine: UnsafePointer<Float> { UnsafePointer(cosineBuffer.pointer) }
    /// `[cosines or sines, sines]`: frequency × position.
    var sine: UnsafePointer<Float> { UnsafePointer(sineBuffer.pointer) }
}
