import Compute
import Images

/// The number by which photographs are compared.
public enum ImageRanking: String, Codable, CaseIterable, Hashable, Sendable {
    /// The objective's value, which can be compared with that of a rendered picture: a mean over patches, for instance.
    case objective
    /// The value in the one patch where it is largest.
    case strongestPatch
}

/// The photographs of a folder that drive an objective most.
public struct TopImages: Sendable {
    /// One photograph.
    public struct Entry: Hashable, Sendable {
        /// The photograph's path.
        public let path: String
        /// The objective's value on the part that the model sees.
        public let score: Float
        /// The patch that drives the objective most; nil if its target has no patches.
        public let patch: PatchPosition?
        /// The mean over the target's features in that patch, times the objective's factor.
        public let patchValue: Float?
        /// The part of the photograph that the model sees.
        public let seen: Image
        /// The layout of the patches.
        let grid: TokenLayout?
    }

    /// The model's name.
    public let model: String
    /// The objective in words.
    public let label: String
    /// The number by which the photographs are ranked.
    public let ranking: ImageRanking
    /// The photographs, strongest first; equal ones are sorted by path.
    public let entries: [Entry]
    /// The result of reading the folder.
    public let reading: FolderReading

    /// The photographs, each with its strongest patch framed, its score and its file's name.
    public var sheet: ContactSheet {
        ContactSheet(
            entries.map { .init($0.image, caption: $0.caption(by: ranking)) },
            title: "\(model) \(label): \(entries.count) of \(reading.words)")
    }
}

extension TopImages.Entry {
    /// The part that the model sees, with the strongest patch framed, at least large enough to look at.
    public var image: Image {
        let image = HeatMap.enlarged(seen)
        guard let patch, let grid else { return image }
        return image.framed(patch, rows: grid.rows, columns: grid.columns)
    }

    fileprivate func caption(by ranking: ImageRanking) -> String {
        let value = ranking == .strongestPatch ? patchValue ?? score : score
        let number = ColorScale.words(value, of: value)
        let place = patch.map { ", patch \($0.index)" } ?? ""
        return "\(number)\(place)\n\(path.split(separator: "/").last ?? "")"
    }
}
