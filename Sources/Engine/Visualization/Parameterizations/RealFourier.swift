import COpenBLAS
import Foundation

/// The orthonormal inverse discrete Fourier transform of real pictures, exact for any size.
///
///     x[y, n] = 1/√(hw) Σ_k Σ_l  c_l · Re(X[k, l] · e^{2πi (ky/h + ln/w)})
///
/// with c_l = 1 for l = 0 and, where w is even, l = w/2; 2 for the rest, which stands for its mirror image.
/// The same as `numpy.fft.irfft2(X, s=(h, w), norm="ortho")`.
///
/// It is done as four dense products, cosines and sines along the columns and then along the rows.
/// Cosine is even and sine odd, so that each needs half the rows and gives half of them: a quarter of
/// the arithmetic. The gradient is the same products with transposed matrices. See
/// `docs/decisions/0002-fourier-by-products.md`.
///
/// A spectrum is `[height, channels, 2, width / 2 + 1]`, real parts before imaginary ones: a row holds
/// everything with one vertical frequency, so that one product serves all channels.
final class RealFourier {
    let width: Int
    let height: Int
    let channels: Int
    /// Horizontal frequencies: `width / 2 + 1`.
    let bins: Int
    /// Along the columns. Cosine terms: 0…h/2; sine terms: 1…(h−1)/2.
    private let vertical: Waves
    /// Along the rows.
    private let horizontal: Waves
    /// Folded rows before and after the products along the columns: `[height / 2 + 1, rowLength]` each.
    private let even: (FloatBuffer, FloatBuffer)
    private let odd: (FloatBuffer, FloatBuffer)
    /// Columns done, rows not: `[height, channels, 2, bins]`.
    private let middle: FloatBuffer
    /// Half rows of the picture: `[height, channels, bins]`.
    private let halfRows: (FloatBuffer, FloatBuffer)

    /// A transform for pictures of this size. Its matrices take (h² + w²) · 2 bytes.
    init(width: Int, height: Int, channels: Int = 3) {
        self.width = width
        self.height = height
        self.channels = channels
        bins = width / 2 + 1
        vertical = Waves(length: height, countsMirrors: false)
        horizontal = Waves(length: width, countsMirrors: true)
        let rowLength = channels * 2 * bins
        let folded = vertical.cosines * rowLength
        even = (FloatBuffer(count: folded), FloatBuffer(count: folded))
        odd = (FloatBuffer(count: folded), FloatBuffer(count: folded))
        middle = FloatBuffer(count: height * rowLength)
        halfRows = (
            FloatBuffer(count: height * channels * bins), FloatBuffer(count: height * channels * bins)
        )
    }

    /// How many floats a spectrum holds.
    var coefficientCount: Int { height * rowLength }

    /// How many bytes a transform of this size allocates.
    static func byteCount(width: Int, height: Int) -> Double {
        let (w, h) = (Double(width), Double(height))
        return 4 * (w * w / 2 + h * h / 2 + 3 * h * w * 4)
    }

    /// √(fx² + fy²) of each coefficient, in cycles per pixel, in the spectrum's own order.
    var frequencies: [Float] {
        (0..<height).flatMap { k in
            let fy = Double(min(k, height - k)) / Double(height)
            let row = (0..<bins).map { l in
                let fx = Double(l) / Double(width)
                return Float((fx * fx + fy * fy).squareRoot())
            }
            return Array(repeating: row, count: channels * 2).flatMap { $0 }
        }
    }

    /// Makes a picture from its spectrum.
    ///
    /// - Parameters:
    ///   - spectrum: `[height, channels, 2, bins]`.
    ///   - picture: `[channels, height, width]`, overwritten.
    func inverse(spectrum: UnsafePointer<Float>, picture: UnsafeMutablePointer<Float>) {
        fold(spectrum, even: even.0.pointer, odd: odd.0.pointer)
        multiply(vertical.cosine, vertical.cosines, even.0.pointer, into: even.1.pointer)
        multiply(vertical.sine, vertical.sines, odd.0.pointer, into: odd.1.pointer)
        unfoldTurned(even: even.1.pointer, odd: odd.1.pointer, into: middle.pointer)
        let rows = height * channels
        product(
            rows, horizontal.cosines, bins, middle.pointer, 2 * bins, horizontal.cosine,
            horizontal.cosines, halfRows.0.pointer, horizontal.cosines)
        product(
            rows, horizontal.sines, bins, middle.pointer + bins, 2 * bins, horizontal.sine,
            horizontal.sines, halfRows.1.pointer, horizontal.sines)
        unfoldRows(into: picture)
    }

    /// The gradient with respect to the spectrum, by the transposed products in reverse order.
    ///
    /// - Parameters:
    ///   - pictureGradient: `[channels, height, width]`.
    ///   - spectrumGradient: `[height, channels, 2, bins]`, overwritten.
    func inverseGradient(
        pictureGradient: UnsafePointer<Float>, spectrumGradient: UnsafeMutablePointer<Float>
    ) {
        foldRows(pictureGradient)
        let rows = height * channels
        product(
            rows, bins, horizontal.cosines, halfRows.0.pointer, horizontal.cosines, horizontal.cosine,
            horizontal.cosines, middle.pointer, 2 * bins, transposed: true)
        product(
            rows, bins, horizontal.sines, halfRows.1.pointer, horizontal.sines, horizontal.sine,
            horizontal.sines, middle.pointer + bins, 2 * bins, transposed: true)
        foldTurned(middle.pointer, even: even.0.pointer, odd: odd.0.pointer)
        // The vertical matrices are symmetric.
        multiply(vertical.cosine, vertical.cosines, even.0.pointer, into: even.1.pointer)
        multiply(vertical.sine, vertical.sines, odd.0.pointer, into: odd.1.pointer)
        unfold(even: even.1.pointer, odd: odd.1.pointer, into: spectrumGradient)
    }

    private var rowLength: Int { channels * 2 * bins }
}

/// Folding: rows k and h − k become their sum (for cosines) and their difference (for sines).
///
/// “Turned” is the same after multiplying the sines' part by i, as e^{ix} = cos x + i · sin x asks.
extension RealFourier {
    /// even[k] = X[k] + X[h−k],  odd[k] = X[k] − X[h−k]
    private func fold(
        _ rows: UnsafePointer<Float>, even: UnsafeMutablePointer<Float>, odd: UnsafeMutablePointer<Float>
    ) {
        forEachPair { k, mirror in
            let (sum, first) = (even + k * rowLength, rows + k * rowLength)
            guard let mirror else { return sum.update(from: first, count: rowLength) }
            let (second, difference) = (rows + mirror * rowLength, odd + (k - 1) * rowLength)
            for i in 0..<rowLength {
                sum[i] = first[i] + second[i]
                difference[i] = first[i] - second[i]
            }
        }
    }

    /// X[k] = even[k] + odd[k],  X[h−k] = even[k] − odd[k]: the transpose of folding.
    private func unfold(
        even: UnsafePointer<Float>, odd: UnsafePointer<Float>, into rows: UnsafeMutablePointer<Float>
    ) {
        forEachPair { k, mirror in
            let (sum, first) = (even + k * rowLength, rows + k * rowLength)
            guard let mirror else { return first.update(from: sum, count: rowLength) }
            let (second, difference) = (rows + mirror * rowLength, odd + (k - 1) * rowLength)
            for i in 0..<rowLength {
                first[i] = sum[i] + difference[i]
                second[i] = sum[i] - difference[i]
            }
        }
    }

    /// Y[y] = even[y] + i · odd[y],  Y[h−y] = even[y] − i · odd[y]
    private func unfoldTurned(
        even: UnsafePointer<Float>, odd: UnsafePointer<Float>, into rows: UnsafeMutablePointer<Float>
    ) {
        forEachPair { y, mirror in
            let (sum, first) = (even + y * rowLength, rows + y * rowLength)
            guard let mirror else { return first.update(from: sum, count: rowLength) }
            let (second, turned) = (rows + mirror * rowLength, odd + (y - 1) * rowLength)
            for channel in 0..<channels {
                let (re, im) = (channel * 2 * bins, channel * 2 * bins + bins)
                for i in 0..<bins {
                    first[re + i] = sum[re + i] - turned[im + i]
                    second[re + i] = sum[re + i] + turned[im + i]
                    first[im + i] = sum[im + i] + turned[re + i]
                    second[im + i] = sum[im + i] - turned[re + i]
                }
            }
        }
    }

    /// The transpose of ``unfoldTurned(even:odd:into:)``.
    private func foldTurned(
        _ rows: UnsafePointer<Float>, even: UnsafeMutablePointer<Float>, odd: UnsafeMutablePointer<Float>
    ) {
        forEachPair { y, mirror in
            let (sum, first) = (even + y * rowLength, rows + y * rowLength)
            guard let mirror else { return sum.update(from: first, count: rowLength) }
            let (second, turned) = (rows + mirror * rowLength, odd + (y - 1) * rowLength)
            for channel in 0..<channels {
                let (re, im) = (channel * 2 * bins, channel * 2 * bins + bins)
                for i in 0..<bins {
                    sum[re + i] = first[re + i] + second[re + i]
                    turned[im + i] = second[re + i] - first[re + i]
                    sum[im + i] = first[im + i] + second[im + i]
                    turned[re + i] = first[im + i] - second[im + i]
                }
            }
        }
    }

    /// x[n] = A[n] − B[n],  x[w−n] = A[n] + B[n], from half rows to planes.
    private func unfoldRows(into picture: UnsafeMutablePointer<Float>) {
        let (cosines, sines) = (horizontal.cosines, horizontal.sines)
        for y in 0..<height {
            for channel in 0..<channels {
                let row = picture + (channel * height + y) * width
                let a = halfRows.0.pointer + (y * channels + channel) * cosines
                let b = halfRows.1.pointer + (y * channels + channel) * sines
                for n in 0..<cosines { row[n] = a[n] }
                for n in 0..<sines {
                    row[n + 1] = a[n + 1] - b[n]
                    row[width - n - 1] = a[n + 1] + b[n]
                }
            }
        }
    }

    /// The transpose of ``unfoldRows(into:)``.
    private func foldRows(_ picture: UnsafePointer<Float>) {
        let (cosines, sines) = (horizontal.cosines, horizontal.sines)
        for y in 0..<height {
            for channel in 0..<channels {
                let row = picture + (channel * height + y) * width
                let a = halfRows.0.pointer + (y * channels + channel) * cosines
                let b = halfRows.1.pointer + (y * channels + channel) * sines
                for n in 0..<cosines { a[n] = row[n] }
                for n in 0..<sines {
                    a[n + 1] = row[n + 1] + row[width - n - 1]
                    b[n] = row[width - n - 1] - row[n + 1]
                }
            }
        }
    }

    /// Every row of the upper half with its mirror image; rows that are their own have none.
    private func forEachPair(_ body: (Int, Int?) -> Void) {
        for k in 0..<vertical.cosines {
            body(k, k >= 1 && k <= vertical.sines ? height - k : nil)
        }
    }

    /// `to = matrix · rows`, where `rows` is `[size, rowLength]`.
    private func multiply(
        _ matrix: UnsafePointer<Float>, _ size: Int, _ rows: UnsafePointer<Float>,
        into to: UnsafeMutablePointer<Float>
    ) {
        product(size, rowLength, size, matrix, size, rows, rowLength, to, rowLength)
    }

    /// `c = a · b` or, transposed, `a · bᵀ`; `c` is `[rows, columns]`, `inner` is summed over.
    private func product(
        _ rows: Int, _ columns: Int, _ inner: Int, _ a: UnsafePointer<Float>, _ strideA: Int,
        _ b: UnsafePointer<Float>, _ strideB: Int, _ c: UnsafeMutablePointer<Float>, _ strideC: Int,
        transposed: Bool = false
    ) {
        guard rows > 0, columns > 0 else { return }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, transposed ? CblasTrans : CblasNoTrans, blasint(rows),
            blasint(columns), blasint(inner), 1, a, blasint(max(strideA, 1)), b, blasint(max(strideB, 1)), 0,
            c,
            blasint(max(strideC, 1)))
    }
}

/// The cosines and sines of one axis, for half of its rows, scaled to be orthonormal.
private final class Waves {
    /// How many frequencies (and positions) have a cosine: 0…length/2.
    let cosines: Int
    /// How many have a sine: 1…(length−1)/2.
    let sines: Int
    private let cosineBuffer: FloatBuffer
    private let sineBuffer: FloatBuffer

    /// - Parameter countsMirrors: for the axis that holds half the frequencies, each but the first (and, where
    ///   `length` is even, the last) stands for two, and the sine matrix has a row for every one of them.
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
                cosineBuffer.pointer[k * cosines + n] = Float(weight(k) * Foundation.cos(angle(k, n)))
            }
        }
        for row in 0..<sineRows {
            let k = countsMirrors ? row : row + 1
            for n in 0..<sines {
                sineBuffer.pointer[row * sines + n] = Float(weight(k) * Foundation.sin(angle(k, n + 1)))
            }
        }
    }

    /// `[cosines, cosines]`: frequency × position.
    var cosine: UnsafePointer<Float> { UnsafePointer(cosineBuffer.pointer) }
    /// `[cosines or sines, sines]`: frequency × position.
    var sine: UnsafePointer<Float> { UnsafePointer(sineBuffer.pointer) }
}
