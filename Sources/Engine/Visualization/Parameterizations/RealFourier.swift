import Compute

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
package final class RealFourier {
    let width: Int
    let height: Int
    /// Red, green and blue, or what stands for them.
    let channels = 3
    /// Horizontal frequencies: `width / 2 + 1`.
    let bins: Int
    /// Along the columns: cosines of 0…h/2, sines of 1…(h−1)/2.
    let vertical: Waves
    /// Along the rows.
    let horizontal: Waves
    /// Folded rows before and after the products along the columns: `[height / 2 + 1, rowLength]` each.
    private let even: (FloatBuffer, FloatBuffer)
    private let odd: (FloatBuffer, FloatBuffer)
    /// Columns done, rows not: `[height, channels, 2, bins]`.
    private let middle: FloatBuffer
    /// Half rows of the picture: `[height, channels, bins]`.
    let halfRows: (FloatBuffer, FloatBuffer)

    /// A transform for pictures of this size.
    ///
    /// Its matrices take (h² + w²) · 2 bytes.
    package convenience init(width: Int, height: Int) {
        self.init(
            width: width, height: height, vertical: Waves(length: height, countsMirrors: false),
            horizontal: Waves(length: width, countsMirrors: true))
    }

    /// The same transform with scratch memory of its own, for another thread.
    convenience init(sharingWavesOf other: RealFourier) {
        self.init(
            width: other.width, height: other.height, vertical: other.vertical, horizontal: other.horizontal)
    }

    private init(width: Int, height: Int, vertical: Waves, horizontal: Waves) {
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

    /// How many floats a spectrum holds.
    package var coefficientCount: Int { height * rowLength }

    /// How many bytes a transform of this size allocates.
    static func byteCount(width: Int, height: Int) -> Double {
        let (w, h) = (Double(width), Double(height))
        return 4 * (w * w / 2 + h * h / 2 + 3 * h * w * 4)
    }

    /// √(fx² + fy²) of each coefficient, in cycles per pixel, in the spectrum's own order.
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

    /// Makes a picture from its spectrum.
    ///
    /// - Parameters:
    ///   - spectrum: `[height, channels, 2, bins]`.
    ///   - picture: `[channels, height, width]`, overwritten.
    ///   - team: who does it.
    package func inverse(
        spectrum: UnsafePointer<Float>, picture: UnsafeMutablePointer<Float>, _ team: ThreadTeam = .alone
    ) {
        let pairs = (count: vertical.cosines, atLeast: max(Cut.fewElements / rowLength / 2, 1))
        team.forEach(of: pairs.count, atLeast: pairs.atLeast) {
            fold(spectrum, even: even.0.pointer, odd: odd.0.pointer, $0)
        }
        multiplyVertically(team)
        team.forEach(of: pairs.count, atLeast: pairs.atLeast) {
            unfoldTurned(even: even.1.pointer, odd: odd.1.pointer, into: middle.pointer, $0)
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

    /// The gradient with respect to the spectrum, by the transposed products in reverse order.
    ///
    /// - Parameters:
    ///   - pictureGradient: `[channels, height, width]`.
    ///   - spectrumGradient: `[height, channels, 2, bins]`, overwritten.
    ///   - team: who does it.
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
            // A picture two pixels wide has no sines: its imaginary parts count for nothing.
            if horizontal.sines == 0 { clearImaginaryParts(first..<first + rows) }
        }
        let pairs = (count: vertical.cosines, atLeast: max(Cut.fewElements / rowLength / 2, 1))
        team.forEach(of: pairs.count, atLeast: pairs.atLeast) {
            foldTurned(middle.pointer, even: even.0.pointer, odd: odd.0.pointer, $0)
        }
        // The vertical matrices are symmetric.
        multiplyVertically(team)
        team.forEach(of: pairs.count, atLeast: pairs.atLeast) {
            unfold(even: even.1.pointer, odd: odd.1.pointer, into: spectrumGradient, $0)
        }
    }

    /// So many lines at least are multiplied together: each product packs its matrix of waves again.
    private func linesOfPart(_ team: ThreadTeam) -> Int {
        MatrixProduct.usesPanels ? team.largeParts(of: height, atLeast: 16) : 32
    }

    private func clearImaginaryParts(_ rows: Range<Int>) {
        for row in rows {
            (middle.pointer + row * 2 * bins + bins).update(repeating: 0, count: bins)
        }
    }

    /// The floats of a spectrum that have one vertical frequency.
    var rowLength: Int { channels * 2 * bins }

    /// The products along the columns, of the folded rows.
    private func multiplyVertically(_ team: ThreadTeam) {
        team.forEach(of: rowLength, unit: 32, atLeast: 32) { columns in
            multiply(vertical.cosine, vertical.cosines, even.0.pointer, into: even.1.pointer, columns)
            multiply(vertical.sine, vertical.sines, odd.0.pointer, into: odd.1.pointer, columns)
        }
    }

    /// Some columns of `to = matrix · rows`, where `rows` is `[size, rowLength]`.
    private func multiply(
        _ matrix: UnsafePointer<Float>, _ size: Int, _ rows: UnsafePointer<Float>,
        into to: UnsafeMutablePointer<Float>, _ columns: Range<Int>
    ) {
        let first = columns.lowerBound
        product(size, columns.count, size, matrix, size, rows + first, rowLength, to + first, rowLength)
    }

    /// `c = a · b` or, transposed, `a · bᵀ`; `c` is `[rows, columns]`, `inner` is summed over.
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
