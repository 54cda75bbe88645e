/// Folding: rows k and h − k become their sum (for cosines) and their difference (for sines).
///
/// Each function does a part: of the upper half's rows with their mirror images, or of the picture's lines.
/// “Turned” is the same after multiplying the sines' part by i, as e^{ix} = cos x + i · sin x asks.
extension RealFourier {
    /// Folds: even[k] = X[k] + X[h−k],  odd[k] = X[k] − X[h−k].
    func fold(
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
    func unfold(
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

    /// Unfolds and turns: Y[y] = even[y] + i · odd[y],  Y[h−y] = even[y] − i · odd[y].
    func unfoldTurned(
        even: UnsafePointer<Float>, odd: UnsafePointer<Float>, into rows: UnsafeMutablePointer<Float>,
        _ part: Range<Int>
    ) {
        forEachPair(part) { y, mirror in
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
    func foldTurned(
        _ rows: UnsafePointer<Float>, even: UnsafeMutablePointer<Float>, odd: UnsafeMutablePointer<Float>,
        _ part: Range<Int>
    ) {
        forEachPair(part) { y, mirror in
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

    /// Unfolds half rows into planes: x[n] = A[n] − B[n],  x[w−n] = A[n] + B[n].
    func unfoldRows(into picture: UnsafeMutablePointer<Float>, _ lines: Range<Int>) {
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

    /// The transpose of ``unfoldRows(into:)``.
    func foldRows(_ picture: UnsafePointer<Float>, _ lines: Range<Int>) {
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

    /// Some rows of the upper half, each with its mirror image; rows that are their own have none.
    func forEachPair(_ part: Range<Int>, _ body: (Int, Int?) -> Void) {
        for k in part {
            body(k, k >= 1 && k <= vertical.sines ? height - k : nil)
        }
    }
}
