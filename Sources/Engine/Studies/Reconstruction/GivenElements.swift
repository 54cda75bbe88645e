import Compute
import Platform
import Visualization

/// The elements of a layer's output that are given to a reconstruction, those that are not, and their pixels.
package struct GivenElements {
    /// Some features of one row.
    private struct Row {
        let index: Int
        let features: [Int]
    }

    private let given: [Row]
    private let others: [Row]
    private let rowLength: Int
    /// The given patches and the layout of all; nil if the layer has none or none were given.
    package let grid: (patches: Set<Int>, layout: TokenLayout)?

    /// Divides the elements of a layer of `shape` into those that a target selects and the others.
    ///
    /// - Throws: the errors of ``Target/validate(in:)``.
    package init(_ target: Target, in shape: LayerShape) throws(EngineError) {
        let elements = try SelectedElements(target, in: shape)
        rowLength = elements.rowLength
        given = elements.rows.map { Row(index: $0, features: elements.features) }
        let rest = Set(0..<rowLength).subtracting(elements.features).sorted()
        let chosen = Set(elements.rows)
        var first = 0
        var grid: (patches: Set<Int>, layout: TokenLayout)?
        if case .tokens(let layout, _) = shape {
            first = layout.firstPatch
            let patches = Set(elements.rows.lazy.filter { $0 >= first }.map { $0 - first })
            if !patches.isEmpty { grid = (patches, layout) }
        }
        self.grid = grid
        others = (0..<shape.rowCount).compactMap { row in
            if chosen.contains(row) { return rest.isEmpty ? nil : Row(index: row, features: rest) }
            return row >= first ? Row(index: row, features: Array(0..<shape.features)) : nil
        }
    }

    /// Returns the distances of one picture's output and pixels to a photograph's.
    ///
    /// - Parameters:
    ///   - output: the layer's output for the picture, `[rows, features]`.
    ///   - reference: the layer's output for the photograph, `[rows, features]`.
    ///   - picture: the picture, `[3, height, width]` in 0…1.
    ///   - original: the photograph, likewise.
    package func distances(
        of output: ArraySlice<Float>, to reference: ArraySlice<Float>, picture: Tensor, original: Tensor
    ) -> PictureDistances {
        let inside = distance(of: output, to: reference, in: given)
        let outside = others.isEmpty ? nil : distance(of: output, to: reference, in: others)
        let (own, rest) = pixelPlaces(height: original.shape[1], width: original.shape[2])
        return PictureDistances(
            inside: inside, outside: outside, pixelsInside: distance(of: picture, to: original, at: own),
            pixelsOutside: distance(of: picture, to: original, at: rest))
    }

    private func distance(
        of output: ArraySlice<Float>, to reference: ArraySlice<Float>, in rows: [Row]
    ) -> PictureDistances.Activations {
        var (sum, count, cosines) = (0.0, 0, 0.0)
        for row in rows {
            var (product, squares, ofReference) = (0.0, 0.0, 0.0)
            for feature in row.features {
                let place = row.index * rowLength + feature
                let a = Double(output[output.startIndex + place])
                let r = Double(reference[reference.startIndex + place])
                sum += abs(a - r)
                product += a * r
                squares += a * a
                ofReference += r * r
            }
            count += row.features.count
            // A token of length 0 has no direction, and counts as in ``CosineTerm``.
            let sizes = (squares * ofReference).squareRoot()
            cosines += sizes > 0 ? 1 - product / sizes : 1
        }
        return .init(l1: sum / Double(count), cosine: cosines / Double(rows.count))
    }

    /// Returns the indices in a plane of the given patches' pixels and of the others.
    private func pixelPlaces(height: Int, width: Int) -> (own: [Int], rest: [Int]) {
        guard let (patches, layout) = grid else { return ([], Array(0..<height * width)) }
        var (own, rest): ([Int], [Int]) = ([], [])
        // A few pixels at the edge may belong to no patch: they count with the nearest one.
        let (lines, run) = (max(height / layout.rows, 1), max(width / layout.columns, 1))
        for y in 0..<height {
            for x in 0..<width {
                let patch = min(y / lines, layout.rows - 1) * layout.columns + min(x / run, layout.columns - 1)
                if patches.contains(patch) { own.append(y * width + x) } else { rest.append(y * width + x) }
            }
        }
        return (own, rest)
    }

    private func distance(
        of picture: Tensor, to original: Tensor, at places: [Int]
    ) -> PictureDistances.Pixels? {
        guard !places.isEmpty else { return nil }
        let plane = original.shape[1] * original.shape[2]
        var (sum, correlations) = (0.0, 0.0)
        for channel in 0..<3 {
            let a = places.map { Double(picture.values[channel * plane + $0]) }
            let r = places.map { Double(original.values[channel * plane + $0]) }
            sum += zip(a, r).reduce(0) { $0 + abs($1.0 - $1.1) }
            // Each channel by itself: a brown picture is not similar to a brown photograph merely by being brown.
            correlations += correlation(a, r)
        }
        return .init(l1: sum / Double(3 * places.count), correlation: correlations / 3)
    }
}

/// Returns the correlation of two lists of the same length, −1…1; 0 if either is constant.
///
///     ρ = Σ (a − ā)(b − b̄) / √(Σ (a − ā)² · Σ (b − b̄)²)
///
/// - Source: Pearson 1895.
package func correlation(_ a: [Double], _ b: [Double]) -> Double {
    precondition(a.count == b.count && !a.isEmpty, "lists of \(a.count) and \(b.count) numbers are compared")
    let meanA = a.reduce(0, +) / Double(a.count)
    let meanB = b.reduce(0, +) / Double(b.count)
    var (product, squaresA, squaresB) = (0.0, 0.0, 0.0)
    for index in a.indices {
        product += (a[index] - meanA) * (b[index] - meanB)
        squaresA += (a[index] - meanA) * (a[index] - meanA)
        squaresB += (b[index] - meanB) * (b[index] - meanB)
    }
    // Rounding leaves a constant list slightly above 0.
    let floor = 1e-12 * Double(a.count)
    guard squaresA > floor, squaresB > floor else { return 0 }
    return min(max(product / (squaresA * squaresB).squareRoot(), -1), 1)
}
