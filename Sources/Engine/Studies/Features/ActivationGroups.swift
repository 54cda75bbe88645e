import Compute
import Images
import Models
import Platform
import Visualization

/// What a photograph's patches drive: a direction for every patch, or for a few groups of them.
///
/// Each direction is rendered: its picture drives a layer's features into that direction. Groups are non-negative
/// factors of the patches' features. Features can be negative, factors of a matrix that is cannot: so the positive and
/// the negative parts of the features stand side by side, and a group's direction is their difference.
///
///     [max(A, 0), max(−A, 0)] ≈ W · [P, N],  W, P, N ≥ 0;  direction = P − N
///
/// Source: Olah et al. 2018, "The Building Blocks of Interpretability": activation grids, and groups by non-negative
/// matrix factorization.
public struct ActivationGroups: Sendable {
    /// The features.
    public let features: PatchFeatures
    /// A direction for each picture, `[pictures, features]`.
    public let directions: Tensor
    /// How much of each direction every patch has, `[pictures, rows, columns]`.
    public let weights: Tensor
    /// Whether the directions are those of groups, and not those of single patches.
    public let isGrouped: Bool
    /// The share of the features' length that the groups leave out; 0 for single patches.
    public let missing: Double

    /// How many pictures there are.
    public var count: Int { directions.shape[0] }

    /// Takes every patch's features as its direction.
    public init(ofPatches features: PatchFeatures) {
        self.features = features
        directions = features.values
        isGrouped = false
        missing = 0
        let count = features.patchCount
        var weights = [Float](repeating: 0, count: count * count)
        for patch in 0..<count { weights[patch * count + patch] = Self.length(features.values.part(patch).values) }
        self.weights = Tensor(weights, shape: [count, features.rows, features.columns])
    }

    /// Finds groups of patches.
    ///
    /// - Parameter count: how many groups, 1 to the number of patches.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``, ``EngineError/cancelled``.
    public init(
        of features: PatchFeatures, groups count: Int, on host: CPUBackend = .shared,
        cancellation: Cancellation? = nil
    ) throws(EngineError) {
        guard (1...min(features.patchCount, Self.mostGroups)).contains(count) else {
            throw .invalidValue(
                what: "The number of groups", found: "\(count)",
                expected: "1 to \(min(features.patchCount, Self.mostGroups))")
        }
        let (rows, width) = (features.patchCount, features.featureCount)
        var both = [Float](repeating: 0, count: 2 * rows * width)
        for row in 0..<rows {
            for feature in 0..<width {
                let value = features.values.values[row * width + feature]
                both[2 * row * width + feature] = max(value, 0)
                both[(2 * row + 1) * width + feature] = max(-value, 0)
            }
        }
        let factors = try NonNegativeFactors(
            of: both, rows: rows, columns: 2 * width, count: count, team: host.team, cancellation: cancellation)
        var directions = [Float](repeating: 0, count: count * width)
        var weights = [Float](repeating: 0, count: count * rows)
        var sizes = [Float](repeating: 0, count: count)
        for group in 0..<count {
            let part = factors.parts[group * 2 * width..<(group + 1) * 2 * width].map(\.self)
            for feature in 0..<width { directions[group * width + feature] = part[feature] - part[width + feature] }
            let length = Self.length(Array(directions[group * width..<(group + 1) * width]))
            for row in 0..<rows {
                weights[group * rows + row] = factors.weights[row * count + group] * length
                sizes[group] += weights[group * rows + row]
            }
        }
        // The group that the photograph has most of comes first.
        let order = sizes.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
        self.features = features
        self.directions = Tensor(
            order.flatMap { directions[$0 * width..<($0 + 1) * width] }, shape: [count, width])
        self.weights = Tensor(
            order.flatMap { weights[$0 * rows..<($0 + 1) * rows] }, shape: [count, features.rows, features.columns])
        isGrouped = true
        missing = factors.error
    }

    /// The largest number of groups: each needs a picture.
    private static let mostGroups = 64

    private static func length(_ values: [Float]) -> Float {
        Float(values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    }

    /// Returns the objectives of the pictures: the layer's patches in each direction.
    ///
    /// - Parameter target: the layer.
    public func objectives(at target: Target) -> [Objective] {
        (0..<count).map { index in
            let direction = directions.part(index).values
            let length = Self.length(direction)
            return .direction(target, length > 0 ? direction.map { $0 / length } : direction)
        }
    }
}

extension ActivationGroups {
    /// Returns the pictures as one, each in the place of its patch, as large as its share of the features' length in
    /// the whole photograph.
    ///
    /// - Parameters:
    ///   - pictures: a picture for each direction.
    ///   - cell: the side of a patch in pixels.
    public func mosaic(_ pictures: [Image], cell: Int) -> Image {
        var mosaic = Image(
            width: features.columns * cell, height: features.rows * cell, color: ContactSheet.background)
        let lengths = (0..<features.patchCount).map { patch in
            (0..<count).map { weights.values[$0 * features.patchCount + patch] }.max() ?? 0
        }
        let largest = max(lengths.max() ?? 0, .leastNormalMagnitude)
        for patch in 0..<features.patchCount {
            let own = (0..<count).max {
                weights.values[$0 * features.patchCount + patch] < weights.values[$1 * features.patchCount + patch]
            }
            guard let own, pictures.indices.contains(own) else { continue }
            // The area, not the side, is in proportion.
            let side = max(Int((Float(cell) * (lengths[patch] / largest).squareRoot()).rounded()), 1)
            let small = pictures[own].resized(width: side, height: side, by: .bilinear)
            let (row, column) = (patch / features.columns, patch % features.columns)
            mosaic.put(small, left: column * cell + (cell - side) / 2, top: row * cell + (cell - side) / 2)
        }
        return mosaic
    }

    /// Returns a map of each group over the photograph, with one scale for all.
    public func maps() -> [HeatMap] {
        let range = 0...max(weights.values.max() ?? 0, .leastNormalMagnitude)
        return (0..<count).map { group in
            let values = weights.part(group)
            return HeatMap(
                "group \(group)", values: values, over: features.seen,
                scale: ColorScale(for: values.values, range: range))
        }
    }

    /// The photograph, and each group's picture beside the patches that have it.
    ///
    /// - Parameter pictures: a picture for each group.
    public func sheet(_ pictures: [Image]) -> ContactSheet {
        let seen = HeatMap.enlarged(features.seen)
        if !isGrouped {
            let cell = max(seen.width / max(features.columns, 1), 48)
            return ContactSheet(
                [.init(seen, caption: "what the model sees"), .init(mosaic(pictures, cell: cell), caption: "")],
                title: "\(features.model) \(features.layer): what drives each patch")
        }
        let entries = zip(maps(), pictures).enumerated().flatMap { group, pair in
            [
                pair.0.entry,
                ContactSheet.Entry(
                    pair.1.resized(width: seen.width, height: seen.width * pair.1.height / max(pair.1.width, 1)),
                    caption: "picture of group \(group)"),
            ]
        }
        return ContactSheet(
            entries, title: "\(features.model) \(features.layer): \(count) groups of patches",
            columns: count == 1 ? 2 : 4)
    }
}
