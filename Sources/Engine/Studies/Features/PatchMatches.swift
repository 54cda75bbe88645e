import Compute
import Images
import Platform

/// Patches of two photographs that are each other's most similar.
public struct PatchMatches: Sendable {
    /// A pair of patches.
    public struct Match: Hashable, Sendable {
        /// The patch of the first photograph.
        public let first: PatchPosition
        /// The patch of the second photograph.
        public let second: PatchPosition
        /// The cosine of their features.
        public let cosine: Float
    }

    /// The first photograph.
    public let first: PatchFeatures
    /// The second photograph.
    public let second: PatchFeatures
    /// The pairs, most similar first; equal ones in the order of the first photograph's patches.
    public let matches: [Match]

    /// The most patches of one photograph whose similarities are held at a time.
    private static let chunk = 1024
    /// How many colors the lines have.
    private static let shadeCount = 8

    /// Finds the pairs whose two patches are each other's most similar among those that are allowed.
    ///
    /// - Parameters:
    ///   - masks: which patches of the first and of the second photograph may be matched; nil for all.
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)`` for features of different lengths,
    ///   ``EngineError/cancelled``.
    public init(
        of first: PatchFeatures, and second: PatchFeatures, masks: (first: [Bool], second: [Bool])? = nil,
        cancellation: Cancellation? = nil
    ) throws(EngineError) {
        guard first.featureCount == second.featureCount else {
            throw .shapeMismatch(
                place: "The features of the second photograph", expected: [second.patchCount, first.featureCount],
                found: second.values.shape)
        }
        (self.first, self.second) = (first, second)
        let (a, b) = (NormalizedPatches(first), NormalizedPatches(second))
        let (count, others) = (first.patchCount, second.patchCount)
        var toSecond = [(patch: Int, cosine: Float)?](repeating: nil, count: count)
        var toFirst = [(patch: Int, cosine: Float)?](repeating: nil, count: others)
        for start in stride(from: 0, to: count, by: Self.chunk) {
            try cancellation?.check()
            let end = min(start + Self.chunk, count)
            let part = NormalizedPatches(
                Array(a.values[start * a.features..<end * a.features]), features: a.features)
            let cosines = b.cosines(with: part)
            for patch in start..<end where masks?.first[patch] ?? true {
                for other in 0..<others where masks?.second[other] ?? true {
                    let cosine = cosines[(patch - start) * others + other]
                    if cosine > toSecond[patch]?.cosine ?? -.infinity { toSecond[patch] = (other, cosine) }
                    if cosine > toFirst[other]?.cosine ?? -.infinity { toFirst[other] = (patch, cosine) }
                }
            }
        }
        matches = toSecond.enumerated().compactMap { patch, best in
            guard let best, toFirst[best.patch]?.patch == patch else { return nil }
            return Match(
                first: PatchPosition(patch, in: first.layout), second: PatchPosition(best.patch, in: second.layout),
                cosine: best.cosine)
        }
        .sorted { ($1.cosine, $0.first.index) < ($0.cosine, $1.first.index) }
    }

    /// Returns both photographs side by side, the best pairs joined by lines.
    ///
    /// - Parameter count: how many pairs to draw, the most similar ones.
    public func image(count: Int) -> Image {
        let height = max(HeatMap.enlarged(first.seen).height, HeatMap.enlarged(second.seen).height)
        let shown = [first, second].map { photograph in
            let width = max(photograph.seen.width * height / max(photograph.seen.height, 1), 1)
            return photograph.seen.resized(width: width, height: height, by: .lanczos)
        }
        let gap = max(height / 16, 8)
        var canvas = PlotCanvas(
            PixelSize(width: shown[0].width + gap + shown[1].width, height: height),
            background: ContactSheet.background)
        canvas.put(shown[0], left: 0, top: 0)
        canvas.put(shown[1], left: shown[0].width + gap, top: 0)
        let lines = matches.prefix(count).map { match in
            [
                first.center(of: match.first, width: shown[0].width, height: height),
                second.center(of: match.second, width: shown[1].width, height: height)
                    + SIMD2(Double(shown[0].width + gap), 0),
            ]
        }
        // A dark border around all lines, then the lines, the most similar pairs last and brightest.
        let border: SIMD3<UInt8> = [20, 20, 24]
        canvas.draw(lines, .solid, color: border, width: 3.5)
        canvas.dots(lines.flatMap(\.self), radius: 4, color: border)
        for shade in (0..<Self.shadeCount).reversed() {
            let own = lines.enumerated().filter { $0.offset * Self.shadeCount / lines.count == shade }.map(\.element)
            let color = ColorMap.viridis.color(at: 1 - Float(shade) / Float(Self.shadeCount))
            canvas.draw(own, .solid, color: color, width: 1.8)
            canvas.dots(own.flatMap(\.self), radius: 2.8, color: color)
        }
        return canvas.image
    }
}

extension PatchFeatures {
    /// Returns the middle of a patch in a picture of this size, in pixels.
    func center(of patch: PatchPosition, width: Int, height: Int) -> SIMD2<Double> {
        SIMD2(
            (Double(patch.column) + 0.5) * Double(width) / Double(columns),
            (Double(patch.row) + 0.5) * Double(height) / Double(rows))
    }
}
