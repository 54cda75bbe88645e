import Compute
import Images
import Models
import Platform

/// The patches of photographs that a basis is fitted to and shown in color.
public enum Foreground: Hashable, Sendable {
    /// All patches.
    case all
    /// The patches on one side of 0 along the first component: the side that fewer of the photographs' outermost
    /// patches are on, since what a photograph shows seldom fills its edges.
    case automatic
    /// The patches above a number along the first component, whitened.
    case above(Float)
    /// The patches below a number along the first component, whitened.
    case below(Float)
    /// The patches that are chosen, a list for each photograph, row by row.
    case masks([[Bool]])
}

/// Three directions in a layer's features that are shown as red, green and blue.
///
/// A basis is fitted to the patches of one or several photographs, and can be applied to others of the same layer: a
/// color then means the same in all of them.
///
///     z = (x − mean) · direction / deviation;  color = 1 / (1 + exp(−2 z))
///
/// The deviation is each component's own (whitened), or the first component's for all three. The sign of a component is
/// the one in which its largest weight is positive.
///
/// Source: the notebook `pca.ipynb` of DINOv3: `PCA(n_components=3, whiten=True)` of the foreground's patches, and
/// `sigmoid(2 z)`.
public struct FeatureBasis: Sendable {
    /// The model's name.
    public let model: String
    /// The layer's address.
    public let layer: String
    /// Whether each component is divided by its own deviation.
    public let isWhitened: Bool
    /// The share of the foreground's variance along each component.
    public let shares: [Double]
    /// How many patches it was fitted to.
    public let patchCount: Int

    package let components: PrincipalComponents
    /// The components of all patches, whose first one separates the foreground; nil if it is not chosen by them.
    private let separation: Separation?

    /// The number of components: red, green and blue.
    static let count = 3

    /// A side of a threshold along the first component.
    private struct Separation: Sendable {
        let components: PrincipalComponents
        let threshold: Float
        let isAbove: Bool

        func isForeground(_ features: [Float]) -> [Bool] {
            components.scores(of: features, count: 1, whitened: true).map {
                ($0 > threshold) == isAbove && $0 != threshold
            }
        }
    }

    /// Fits a basis to the patches of some photographs.
    ///
    /// - Parameters:
    ///   - photographs: features of one layer.
    ///   - foreground: which patches it is fitted to.
    ///   - isWhitened: whether each component is divided by its own deviation.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` if the foreground is empty, or a mask has another
    ///   number of patches than its photograph; ``EngineError/shapeMismatch(place:expected:found:)`` for features of
    ///   several lengths.
    /// - Precondition: there is a photograph.
    public init(
        of photographs: [PatchFeatures], foreground: Foreground = .all, isWhitened: Bool = true,
        on host: CPUBackend = .shared
    ) throws(EngineError) {
        precondition(!photographs.isEmpty, "a basis of no photograph")
        let first = photographs[0]
        for other in photographs where other.featureCount != first.featureCount {
            throw .shapeMismatch(
                place: "The features of \(other.layer) of \(other.model)",
                expected: [other.patchCount, first.featureCount], found: other.values.shape)
        }
        (model, layer) = (first.model, first.layer)
        self.isWhitened = isWhitened
        let separation = try Self.separation(of: photographs, foreground, host)
        self.separation = separation
        var rows: [Float] = []
        for (place, photograph) in photographs.enumerated() {
            let chosen = try Self.chosen(photograph, place, foreground, separation)
            if chosen.allSatisfy(\.self) {
                rows += photograph.values.values
            } else {
                for (patch, isChosen) in chosen.enumerated() where isChosen {
                    rows +=
                        photograph.values.values[
                            patch * first.featureCount..<(patch + 1) * first.featureCount]
                }
            }
        }
        patchCount = rows.count / first.featureCount
        guard patchCount > 1 else {
            throw .invalidValue(
                what: "The number of patches in the foreground", found: "\(patchCount)",
                expected: "2 or more; choose another threshold or mask")
        }
        let components = try PrincipalComponents(
            of: rows, features: first.featureCount, count: Self.count, team: host.team)
        self.components = components
        shares = components.variances.map { $0 / max(components.totalVariance, .leastNormalMagnitude) }
    }

    /// Returns the three components of every patch, `[patches, 3]`, as they are turned into colors.
    public func scores(of photograph: PatchFeatures) -> Tensor {
        var scores = components.scores(of: photograph.values.values, count: Self.count, whitened: isWhitened)
        if !isWhitened, let variance = components.variances.first, variance > 0 {
            let scale = Float(1 / variance.squareRoot())
            for index in scores.indices { scores[index] *= scale }
        }
        return Tensor(scores, shape: [photograph.patchCount, Self.count])
    }

    /// Returns which patches of a photograph are in the foreground, by the threshold along the first component; all if
    /// there is none.
    public func foreground(of photograph: PatchFeatures) -> [Bool] {
        separation?.isForeground(photograph.values.values)
            ?? [Bool](repeating: true, count: photograph.patchCount)
    }

    private static func separation(
        of photographs: [PatchFeatures], _ foreground: Foreground, _ host: CPUBackend
    ) throws(EngineError) -> Separation? {
        let threshold: Float
        switch foreground {
        case .all, .masks: return nil
        case .automatic: threshold = 0
        case .above(let number), .below(let number): threshold = number
        }
        guard threshold.isFinite else {
            throw .invalidValue(what: "The threshold of the foreground", found: "\(threshold)", expected: "a number")
        }
        let components = try PrincipalComponents(
            of: photographs.flatMap(\.values.values), features: photographs[0].featureCount, count: 1, team: host.team)
        switch foreground {
        case .above: return Separation(components: components, threshold: threshold, isAbove: true)
        case .below: return Separation(components: components, threshold: threshold, isAbove: false)
        default:
            let above = Separation(components: components, threshold: threshold, isAbove: true)
            let edges = photographs.flatMap { photograph in
                zip(above.isForeground(photograph.values.values), photograph.isOutermost).filter(\.1).map(\.0)
            }
            let isAbove = 2 * edges.count(where: \.self) <= edges.count
            return Separation(components: components, threshold: threshold, isAbove: isAbove)
        }
    }

    private static func chosen(
        _ photograph: PatchFeatures, _ place: Int, _ foreground: Foreground, _ separation: Separation?
    ) throws(EngineError) -> [Bool] {
        if let separation { return separation.isForeground(photograph.values.values) }
        guard case .masks(let masks) = foreground else {
            return [Bool](repeating: true, count: photograph.patchCount)
        }
        guard masks.indices.contains(place), masks[place].count == photograph.patchCount else {
            let found = masks.indices.contains(place) ? "\(masks[place].count) patches" : "missing"
            throw .invalidValue(
                what: "The mask of photograph \(place)", found: found,
                expected: "\(photograph.rows) × \(photograph.columns) patches")
        }
        return masks[place]
    }
}

extension PatchFeatures {
    /// Which patches are in the first or last row or column.
    fileprivate var isOutermost: [Bool] {
        (0..<patchCount).map { patch in
            let (row, column) = (patch / columns, patch % columns)
            return row == 0 || column == 0 || row == rows - 1 || column == columns - 1
        }
    }
}
