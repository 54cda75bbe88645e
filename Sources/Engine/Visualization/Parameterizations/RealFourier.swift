import Compute

/// The orthonormal inverse discrete Fourier transform of real pictures, exact for any size.
///
///     x[y, n] = 1/√(hw) Σ_k Σ_l  c_l · Re(X[k, l] · e^{2πi (ky/h + ln/w)})
///
/// with c_l = 1 for l = 0 and, if w is even, l = w/2, and c_l = 2 for the others, which count for their mirror images too.
/// The same as `numpy.fft.irfft2(X, s=(h, w), norm="ortho")`.
///
/// It is computed by four dense products, with cosines and sines along the columns and then along the rows.
/// Since cosine is even and sine odd, each needs half the rows and gives half of them: a quarter of
/// the arithmetic. The gradient is the same products with transposed matrices. See
/// `docs/decisions/0002-fourier-by-products.md`.
///
/// A spectrum is `[height, channels, 2, width / 2 + 1]`, real parts before imaginary ones: a row holds
/// all coefficients of one vertical frequency, so that one product computes all channels.
package final class RealFourier {
    let width: Int
    let height: Int
    /// The number of channels: red, green and blue, or those of another color space.
    private let channels = 3
    /// The number of horizontal frequencies: `width / 2 + 1`.
    let bins: Int
    /// The matrices along the columns: cosines of 0…h/2, sines of 1…(h−1)/2.
    private let vertical: FourierMatrices
    /// The matrices along the rows.
    private let horizontal: FourierMatrices
    /// Folded rows before and after the products along the columns: `[height / 2 + 1, rowLength]` each.
    private let even: (FloatBuffer, FloatBuffer)
    private let odd: (FloatBuffer, FloatBuffer)
    /// The result after the columns and before the rows: `[height, channels, 2, bins]`.
    private let middle: FloatBuffer
    /// Half rows of the picture: `[height, channels, bins]`.
    private let halfRows: (FloatBuffer, FloatBuffer)

    /// Creates a transform for pictures of `width` × `height`.
    ///
    /// Its matrices take (h² + w²) · 2 bytes.
    package convenience init(width: Int, height: Int) {
        self.init(
            width: width, height: height, vertical: FourierMatrices(length: height, countsMirrors: false),
            horizontal: FourierMatrices(length: width, countsMirrors: true))
    }

    /// Creates the same transform with its own scratch memory, for another thread.
    convenience init(sharingMatricesOf other: RealFourier) {
        self.init(
            width: other.width, height: other.height, vertical: other.vertical, horizontal: other.horizontal)
    }

    private init(width: Int, height: Int, vertical: FourierMatrices, horizontal: FourierMatrices) {
        self.width = width
        self.height = height
        self.vertical = vertical
        self.horizontal = horizontal
        bins = width / 2 + 1
        let rowLength = channels * 2 * bins
        let folded = vertical.cosines * rowLength
        even = (FloatBuffer(count: folded), FloatBuffer(count: folded))
        odd = (FloatBuffer(count: folded), FloatBuffer(count: folded))
        middle = FloatBuffer(count: height * rowLength)
        halfRows = (
            FloatBuffer(count: height * channels * bins), FloatBuffer(count: height * channels * bins)
        )
    }

    /// The number of floats in a spectrum.
    package var coefficientCount: Int { height * rowLength }

    /// Returns the number of bytes that a transform of this size allocates.
    static func byteCount(width: Int, height: Int) -> Double {
        let (w, h) = (Double(width), Double(height))
        return 4 * (w * w / 2 + h * h / 2 + 3 * h * w * 4)
    }

    /// √(fx² + fy²) of each coefficient, in cycles per pixel, in the order of the spectrum.
    package var frequencies: [Float] {
        (0..<height).flatMap { k in
            let fy = Double(min(k, height - k)) / Double(height)
            let row = (0..<bins).map { l in
                let fx = Double(l) / Double(width)
                return Float((fx * fx + fy * fy).squareRoot())
            }
            return Array(repeating: row, count: channels * 2).flatMap { $0 }
        }
    }

    /// Computes a picture from its spectrum.
    ///
    /// - Parameters:
    ///   - spectrum: `[height, channels, 2, bins]`.
    ///   - picture: `[channels, height, width]`, overwritten.
    ///   - team: the threads that share the work.
    package func inverse(
        spectrum: UnsafePointer<Float>, picture: UnsafeMutablePointer<Float>, _ team: ThreadTeam = .alone
    ) {
        let pairs = (count: vertical.cosines, atLeast: max(Cut.fewElements / rowLength / 2, 1))
        team.forEach(of: pairs.count, atLeast: pairs.atLeast) {
            fold(spectrum, even: even.0.pointer, odd: odd.0.pointer, $0)
        }
        multiplyVertically(team)
        team.forEach(of: pairs.count, atLeast: pairs.atLeast) {
            unfoldRotated(even: even.1.pointer, odd: odd.1.pointer, into: middle.pointer, $0)
        }
        team.forEach(of: height, atLeast: linesOfPart(team)) { lines in
            let (first, rows) = (lines.lowerBound * channels, lines.count * channels)
            let from = middle.pointer + first * 2 * bins
            product(
                rows, horizontal.cosines, bins, from, 2 * bins, horizontal.cosine, horizontal.cosines,
                halfRows.0.pointer + first * horizontal.cosines, horizontal.cosines)
            product(
                rows, horizontal.sines, bins, from + bins, 2 * bins, horizontal.sine, horizontal.sines,
                halfRows.1.pointer + first * horizontal.sines, horizontal.sines)
            unfoldRows(into: picture, lines)
        }
    }

    /// Computes the spectrum of a picture, from which ``inverse(spectrum:picture:_:)`` computes that picture.
    ///
    ///     X[k, l] = 1/√(hw) Σ_y Σ_n  x[y, n] · e^{−2πi (ky/h + ln/w)}
    ///
    /// The transform is orthonormal, so this is the gradient of the inverse, except for the frequencies that the inverse
    /// counts twice, for their mirror images too.
    ///
    /// - Parameters:
    ///   - picture: `[channels, height, width]`.
    ///   - spectrum: `[height, channels, 2, bins]`, overwritten.
    package func forward(picture: UnsafePointer<Float>, spectrum: UnsafeMutablePointer<Float>) {
        inverseGradient(pictureGradient: picture, spectrumGradient: spectrum)
        for row in 0..<height * channels * 2 {
            for bin in 0..<bins where bin >= 1 && 2 * bin < width { spectrum[row * bins + bin] /= 2 }
        }
    }

    /// Computes the gradient with respect to the spectrum, by the transposed products in reverse order.
    ///
    /// - Parameters:
    ///   - pictureGradient: `[channels, height, width]`.
    ///   - spectrumGradient: `[height, channels, 2, bins]`, overwritten.
    ///   - team: the threads that share the work.
    package func inverseGradient(
        pictureGradient: UnsafePointer<Float>, spectrumGradient: UnsafeMutablePointer<Float>,
        _ team: ThreadTeam = .alone
    ) {
        team.forEach(of: height, atLeast: linesOfPart(team)) { lines in
            let (first, rows) = (lines.lowerBound * channels, lines.count * channels)
            let to = middle.pointer + first * 2 * bins
            foldRows(pictureGradient, lines)
            product(
                rows, bins, horizontal.cosines, halfRows.0.pointer + first * horizontal.cosines,
                horizontal.cosines, horizontal.cosine, horizontal.cosines, to, 2 * bins, transposed: true)
            product(
                rows, bins, horizontal.sines, halfRows.1.pointer + first * horizontal.sines, horizontal.sines,
                horizontal.sine, horizontal.sines, to + bins, 2 * bins, transposed: true)
            // A picture of one or two pixels' width has no sines: its imaginary parts have no influence.
            if horizontal.sines == 0 { clearImaginaryParts(first..<first + rows) }
        }
        let pairs = (count: vertical.cosines, atLeast: max(Cut.fewElements / rowLength / 2, 1))
        team.forEach(of: pairs.count, atLeast: pairs.atLeast) {
            foldRotated(middle.pointer, even: even.0.pointer, odd: odd.0.pointer, $0)
        }
        // The vertical matrices are symmetric.
        multiplyVertically(team)
        team.forEach(of: pairs.count, atLeast: pairs.atLeast) {
            unfold(even: even.1.pointer, odd: odd.1.pointer, into: spectrumGradient, $0)
        }
    }

    /// Returns the least number of rows that are multiplied together, since each product packs its matrix again.
    private func linesOfPart(_ team: ThreadTeam) -> Int {
        MatrixProduct.usesPanels ? team.largeParts(of: height, atLeast: 16) : 32
    }

    private func clearImaginaryParts(_ rows: Range<Int>) {
        for row in rows {
            (middle.pointer + row * 2 * bins + bins).update(repeating: 0, count: bins)
        }
    }

    /// The number of floats of a spectrum with the same vertical frequency.
    private var rowLength: Int { channels * 2 * bins }

    /// Computes the products along the columns, of the folded rows.
    private func multiplyVertically(_ team: ThreadTeam) {
        team.forEach(of: rowLength, unit: 32, atLeast: 32) { columns in
            multiply(vertical.cosine, vertical.cosines, even.0.pointer, into: even.1.pointer, columns)
            multiply(vertical.sine, vertical.sines, odd.0.pointer, into: odd.1.pointer, columns)
        }
    }

    /// Computes some columns of `to = matrix · rows`, where `rows` is `[size, rowLength]`.
    private func multiply(
        _ matrix: UnsafePointer<Float>, _ size: Int, _ rows: UnsafePointer<Float>,
        into to: UnsafeMutablePointer<Float>, _ columns: Range<Int>
    ) {
        let first = columns.lowerBound
        product(size, columns.count, size, matrix, size, rows + first, rowLength, to + first, rowLength)
    }

    /// Computes `c = a · b` or, transposed, `a · bᵀ`; `c` is `[rows, columns]`, and the sums are over `inner`.
    private func product(
        _ rows: Int, _ columns: Int, _ inner: Int, _ a: UnsafePointer<Float>, _ strideA: Int,
        _ b: UnsafePointer<Float>, _ strideB: Int, _ c: UnsafeMutablePointer<Float>, _ strideC: Int,
        transposed: Bool = false
    ) {
        MatrixProduct.multiply(
            rows: rows, columns: columns, inner: inner, a, stride: strideA, b, stride: strideB,
            transposeB: transposed, into: c, stride: strideC)
    }
}

// Folding: rows k and h − k become their sum (for cosines) and their difference (for sines).
//
// Each function does a part: of the upper half's rows with their mirror images, or of the picture's rows. “Rotated” means
// that the sines' part is multiplied by i, as e^{ix} = cos x + i · sin x requires.
extension RealFourier {
    /// Folds: even[k] = X[k] + X[h−k],  odd[k] = X[k] − X[h−k].
    private func fold(
        _ rows: UnsafePointer<Float>, even: UnsafeMutablePointer<Float>, odd: UnsafeMutablePointer<Float>,
        _ part: Range<Int>
    ) {
        forEachPair(part) { k, mirror in
            let (sum, first) = (even + k * rowLength, rows + k * rowLength)
            guard let mirror else { return sum.update(from: first, count: rowLength) }
            let (second, difference) = (rows + mirror * rowLength, odd + (k - 1) * rowLength)
            for i in 0..<rowLength {
                sum[i] = first[i] + second[i]
                difference[i] = first[i] - second[i]
            }
        }
    }

    /// Unfolds: X[k] = even[k] + odd[k],  X[h−k] = even[k] − odd[k], the transpose of folding.
    private func unfold(
        even: UnsafePointer<Float>, odd: UnsafePointer<Float>, into rows: UnsafeMutablePointer<Float>,
        _ part: Range<Int>
    ) {
        forEachPair(part) { k, mirror in
            let (sum, first) = (even + k * rowLength, rows + k * rowLength)
            guard let mirror else { return first.update(from: sum, count: rowLength) }
            let (second, difference) = (rows + mirror * rowLength, odd + (k - 1) * rowLength)
            for i in 0..<rowLength {
                first[i] = sum[i] + difference[i]
                second[i] = sum[i] - difference[i]
            }
        }
    }

    /// Unfolds, rotated: Y[y] = even[y] + i · odd[y],  Y[h−y] = even[y] − i · odd[y].
    private func unfoldRotated(
        even: UnsafePointer<Float>, odd: UnsafePointer<Float>, into rows: UnsafeMutablePointer<Float>,
        _ part: Range<Int>
    ) {
        forEachPair(part) { y, mirror in
            let (sum, first) = (even + y * rowLength, rows + y * rowLength)
            guard let mirror else { return first.update(from: sum, count: rowLength) }
            let (second, rotated) = (rows + mirror * rowLength, odd + (y - 1) * rowLength)
            for channel in 0..<channels {
                let (re, im) = (channel * 2 * bins, channel * 2 * bins + bins)
                for i in 0..<bins {
                    first[re + i] = sum[re + i] - rotated[im + i]
                    second[re + i] = sum[re + i] + rotated[im + i]
                    first[im + i] = sum[im + i] + rotated[re + i]
                    second[im + i] = sum[im + i] - rotated[re + i]
                }
            }
        }
    }

    /// Folds, the transpose of `unfoldRotated`.
    private func foldRotated(
        _ rows: UnsafePointer<Float>, even: UnsafeMutablePointer<Float>, odd: UnsafeMutablePointer<Float>,
        _ part: Range<Int>
    ) {
        forEachPair(part) { y, mirror in
            let (sum, first) = (even + y * rowLength, rows + y * rowLength)
            guard let mirror else { return sum.update(from: first, count: rowLength) }
            let (second, rotated) = (rows + mirror * rowLength, odd + (y - 1) * rowLength)
            for channel in 0..<channels {
                let (re, im) = (channel * 2 * bins, channel * 2 * bins + bins)
                for i in 0..<bins {
                    sum[re + i] = first[re + i] + second[re + i]
                    rotated[im + i] = second[re + i] - first[re + i]
                    sum[im + i] = first[im + i] + second[im + i]
                    rotated[re + i] = first[im + i] - second[im + i]
                }
            }
        }
    }

    /// Unfolds half rows into planes: x[n] = A[n] − B[n],  x[w−n] = A[n] + B[n].
    private func unfoldRows(into picture: UnsafeMutablePointer<Float>, _ lines: Range<Int>) {
        let (cosines, sines) = (horizontal.cosines, horizontal.sines)
        for y in lines {
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

    /// Folds the rows of planes, the transpose of `unfoldRows`.
    private func foldRows(_ picture: UnsafePointer<Float>, _ lines: Range<Int>) {
        let (cosines, sines) = (horizontal.cosines, horizontal.sines)
        for y in lines {
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

    /// Calls `body` with some rows of the upper half and their mirror images; nil for rows that are their own.
    private func forEachPair(_ part: Range<Int>, _ body: (Int, Int?) -> Void) {
        for k in part {
            body(k, k >= 1 && k <= vertical.sines ? height - k : nil)
        }
    }
}
