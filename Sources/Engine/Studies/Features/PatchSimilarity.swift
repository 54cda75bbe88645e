import Compute
import Images
import Platform

/// How similar the features of every patch are to those of one patch, in the same photograph and in others.
public struct PatchSimilarity: Sendable {
    /// The photographs, the one with the patch first.
    public let photographs: [PatchFeatures]
    /// The patch, in the first photograph.
    public let patch: PatchPosition
    /// The cosine of each patch of each photograph with the chosen patch, `[rows, columns]`.
    public let cosines: [Tensor]

    /// Compares all patches with one.
    ///
    ///     c = ⟨x, r⟩ / (‖x‖ ‖r‖); 0 for features of length 0
    ///
    /// - Parameters:
    ///   - patch: its index in the first photograph, row by row.
    /// - Throws: ``EngineError/outOfRange(what:index:count:place:)``.
    public init(of photographs: [PatchFeatures], from patch: Int) throws(EngineError) {
        let first = photographs[0]
        guard (0..<first.patchCount).contains(patch) else {
            throw .outOfRange(
                what: "patch", index: patch, count: first.patchCount,
                place: "the photograph's \(first.rows) × \(first.columns) patches")
        }
        let reference = NormalizedPatches(first).row(patch)
        self.photographs = photographs
        self.patch = PatchPosition(patch, in: first.layout)
        cosines = photographs.map { photograph in
            Tensor(
                NormalizedPatches(photograph).cosines(with: reference), shape: [photograph.rows, photograph.columns])
        }
    }

    init(of photographs: [PatchFeatures], from patch: Int, cosines: [[Float]]) {
        self.photographs = photographs
        self.patch = PatchPosition(patch, in: photographs[0].layout)
        self.cosines = zip(photographs, cosines).map { Tensor($1, shape: [$0.rows, $0.columns]) }
    }

    /// The patch of each photograph that is most similar; in the first one the most similar other patch.
    public var nearest: [PatchPosition?] {
        cosines.enumerated().map { place, cosines in
            let candidates = cosines.values.indices.filter { place > 0 || $0 != patch.index }
            return candidates.max { cosines.values[$0] < cosines.values[$1] }
                .map { PatchPosition($0, in: photographs[place].layout) }
        }
    }

    /// A map for each photograph, with one scale for all; the chosen patch is framed in the first.
    public func maps(names: [String]) -> [HeatMap] {
        let all = cosines.flatMap(\.values)
        let range = min(all.min() ?? 0, 0)...1
        return zip(photographs, cosines).enumerated().map { place, pair in
            HeatMap(
                names[place], values: pair.1, over: pair.0.seen, scale: ColorScale(for: pair.1.values, range: range),
                marked: place == 0 ? patch : nil)
        }
    }
}

/// A photograph's features, each patch's divided by its length.
public struct NormalizedPatches: Sendable {
    /// How many features a patch has.
    package let features: Int
    /// `[patches, features]`.
    package let values: [Float]

    /// Divides the features of every patch by their length.
    package init(_ photograph: PatchFeatures) { self.init(photograph.values.values, features: photograph.featureCount) }

    /// Divides every row by its length; a row of length 0 stays 0.
    package init(_ rows: [Float], features: Int) {
        self.features = features
        var values = rows
        values.withUnsafeMutableBufferPointer { values in
            for start in stride(from: 0, to: values.count, by: features) {
                var sum = 0.0
                for index in start..<start + features { sum += Double(values[index]) * Double(values[index]) }
                guard sum > 0 else { continue }
                let factor = Float(1 / sum.squareRoot())
                for index in start..<start + features { values[index] *= factor }
            }
        }
        self.values = values
    }

    /// Returns one row.
    package func row(_ index: Int) -> [Float] { Array(values[index * features..<(index + 1) * features]) }

    /// Returns the cosine of every row with a vector of length 1.
    package func cosines(with vector: [Float]) -> [Float] { products(with: vector, rows: 1) }

    /// Returns the cosines of other rows with all of these, `[other rows, rows]`.
    package func cosines(with others: NormalizedPatches) -> [Float] {
        products(with: others.values, rows: others.values.count / features)
    }

    private func products(with others: [Float], rows: Int) -> [Float] {
        let count = values.count / features
        return [Float](unsafeUninitializedCapacity: rows * count) { result, written in
            others.withUnsafeBufferPointer { others in
                values.withUnsafeBufferPointer { values in
                    guard let a = others.baseAddress, let b = values.baseAddress, let result = result.baseAddress
                    else { return }
                    MatrixProduct.multiply(
                        rows: rows, columns: count, inner: features, a, stride: features, b, stride: features,
                        transposeB: true, into: result, stride: count)
                }
            }
            written = rows * count
        }
    }
}

/// Photographs whose patches are compared again and again with one: their features are normalized once.
public struct PatchComparison: Sendable {
    /// The photographs, the one whose patches are chosen first.
    public let photographs: [PatchFeatures]
    private let normalized: [NormalizedPatches]

    /// Prepares a comparison.
    ///
    /// - Precondition: there is a photograph, and all have features of one length.
    public init(_ photographs: [PatchFeatures]) {
        precondition(!photographs.isEmpty, "a comparison of no photographs")
        self.photographs = photographs
        normalized = photographs.map(NormalizedPatches.init)
    }

    /// Compares all patches with one of the first photograph's.
    ///
    /// - Precondition: the first photograph has that patch.
    public func similarity(from patch: Int) -> PatchSimilarity {
        let reference = normalized[0].row(patch)
        return PatchSimilarity(
            of: photographs, from: patch, cosines: normalized.map { $0.cosines(with: reference) })
    }
}
