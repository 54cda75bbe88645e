import Compute
import Foundation
import Images
import Platform

/// Photographs in the colors of their features: three components of every patch as red, green and blue.
public struct FeatureColors: Sendable {
    /// One photograph.
    public struct Photograph: Sendable {
        /// The features of its patches.
        public let features: PatchFeatures
        /// `[rows, columns, 3]`: the components.
        public let components: Tensor
        /// Which patches are shown in color, row by row; the others are black.
        public let foreground: [Bool]
    }

    /// The directions that are shown.
    public let basis: FeatureBasis
    /// The photographs, in the order in which they were given.
    public let photographs: [Photograph]

    /// Shows photographs in a basis.
    ///
    /// - Parameter masks: which patches to show of each photograph; nil for the basis's own foreground.
    public init(_ photographs: [PatchFeatures], in basis: FeatureBasis, masks: [[Bool]]? = nil) {
        self.basis = basis
        self.photographs = photographs.enumerated().map { place, features in
            Photograph(
                features: features,
                components: basis.scores(of: features).reshaped([features.rows, features.columns, FeatureBasis.count]),
                foreground: masks?[place] ?? basis.foreground(of: features))
        }
    }
}

extension FeatureColors.Photograph {
    /// Returns the colors, as large as the photograph: a square for each patch, or interpolated smoothly between them.
    public func image(isSmooth: Bool) -> Image {
        let shown = HeatMap.enlarged(features.seen)
        let small = Image(width: features.columns, height: features.rows, pixels: pixels)
        return small.resized(
            width: shown.width, height: shown.height, by: isSmooth ? .bicubic : .nearest)
    }

    /// The color of every patch.
    private var pixels: [UInt8] {
        foreground.indices.flatMap { patch in
            (0..<3).map { channel in
                foreground[patch] ? Self.level(components.values[patch * 3 + channel]) : 0
            }
        }
    }

    private static func level(_ score: Float) -> UInt8 { UInt8((255 / (1 + exp(-2 * score))).rounded()) }
}

extension FeatureColors {
    /// The photographs, each beside its colors.
    public func sheet(isSmooth: Bool, names: [String]) -> ContactSheet {
        let entries = zip(photographs, names).flatMap { photograph, name in
            [
                ContactSheet.Entry(HeatMap.enlarged(photograph.features.seen), caption: name),
                ContactSheet.Entry(
                    photograph.image(isSmooth: isSmooth),
                    caption: "\(photograph.features.rows) × \(photograph.features.columns) patches"),
            ]
        }
        let shares = basis.shares.map { "\(Int(($0 * 100).rounded()))" }.joined(separator: ", ")
        return ContactSheet(
            entries, title: "\(basis.model) \(basis.layer): \(shares) % of the variance as red, green, blue",
            columns: photographs.count > 2 ? 4 : 2)
    }
}
