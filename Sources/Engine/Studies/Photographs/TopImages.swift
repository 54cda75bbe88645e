import Compute
import Images

/// By which number photographs are compared.
public enum ImageRanking: String, Codable, CaseIterable, Hashable, Sendable {
    /// The objective's own value, of which a rendered picture has one too: a mean over patches, for instance.
    case objective
    /// The value in the one patch where it is largest.
    case strongestPatch
}

/// The photographs of a folder that drive an objective most.
public struct TopImages: Sendable {
    /// One photograph.
    public struct Entry: Hashable, Sendable {
        /// Its path.
        public let path: String
        /// The objective's value on what the model sees of it.
        public let score: Float
        /// The patch that drives the objective most; nil where its target has no patches.
        public let patch: PatchPlace?
        /// The mean over the target's features in that patch, with the objective's factor.
        public let patchValue: Float?
        /// What the model sees of it.
        public let seen: Image
        /// How many rows and columns of patches there are.
        let grid: TokenLayout?
    }

    /// The model's name.
    public let model: String
    /// The objective in words.
    public let label: String
    /// By which number the photographs are ranked.
    public let ranking: ImageRanking
    /// The photographs, strongest first; of equal ones the first by path.
    public let entries: [Entry]
    /// What was found in the folder.
    public let reading: FolderReading

    /// The photographs, each with its strongest patch framed, its score and its file's name.
    public var sheet: ContactSheet {
        ContactSheet(
            entries.map { .init($0.image, caption: $0.caption(by: ranking)) },
            title: "\(model) \(label): \(entries.count) of \(reading.words)")
    }
}

extension TopImages.Entry {
    /// What the model sees, with the strongest patch framed; at least as large as a person needs.
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
