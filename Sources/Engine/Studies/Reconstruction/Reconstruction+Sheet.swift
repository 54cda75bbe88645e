import Compute
import Images
import Platform
import Visualization

extension Reconstruction {
    /// The part of the photograph that the model sees, and the pictures, each with the given patches outlined.
    public var sheet: ContactSheet {
        let seen = ContactSheet.Entry(
            Self.shown(photograph, parts.first?.given), caption: "what \(model) sees of “\(fileName)”")
        let likenesses = Set(parts.map(\.source.likeness.words))
        let likeness = likenesses.count == 1 ? " by \(likenesses.joined())" : ""
        return ContactSheet(
            [seen]
                + parts.map { part in
                    let source = part.source
                    let name = likenesses.count == 1 ? source.target.description : source.words
                    return .init(part.shownImage, caption: "\(name)\n\(part.likenessWords)")
                },
            title: "\(model): reconstruction\(likeness), \(rendering.steps) steps")
    }

    private var fileName: Substring { reference.name.split(separator: "/").last ?? "" }

    static func shown(_ image: Image, _ given: (patches: Set<Int>, layout: TokenLayout)?) -> Image {
        let image = HeatMap.enlarged(image)
        guard let (patches, layout) = given, patches.count < layout.patchCount else { return image }
        return image.outlined(patches, in: layout)
    }
}

extension Reconstruction.Part {
    /// The picture with the given patches outlined, at least large enough to look at.
    public var shownImage: Image { Reconstruction.shown(picture.image, given) }

    /// The correlation of the pixels inside and outside the given patches: "correlation 0.84 inside, 0.21 outside".
    public var likenessWords: String {
        func words(_ pixels: ReconstructionErrors.Pixels?) -> String? {
            pixels.map { $0.correlation.formatted(digits: 2).replacing("-", with: "−") }
        }
        var parts = [words(errors.pixelsInside), words(errors.pixelsOutside)].compactMap(\.self)
        if parts.count == 2 { parts = ["\(parts[0]) inside", "\(parts[1]) outside"] }
        return "correlation \(parts.joined(separator: ", "))"
    }
}

extension Reconstruction.Source {
    /// The source in words: "blocks.5 patches 0 to 15 by L1".
    public var words: String { "\(target) by \(likeness.words)" }
}

extension Likeness {
    /// The likeness in words: "L1", "L2", "cosine", "distance", "dot × cosine".
    public var words: String {
        switch self {
        case .l1: "L1"
        case .l2: "L2"
        case .cosine: "cosine"
        case .euclidean: "distance"
        case .dotCosine: "dot × cosine"
        }
    }
}

extension Image {
    /// Returns the picture with a line around some of its patches, where they border on others.
    ///
    /// The line lies inside the chosen patches.
    func outlined(_ patches: Set<Int>, in layout: TokenLayout) -> Image {
        let pen = max(min(width, height) / 150, 1)
        var result = self
        func isChosen(_ x: Int, _ y: Int) -> Bool {
            guard (0..<width).contains(x), (0..<height).contains(y) else { return true }
            return patches.contains(y * layout.rows / height * layout.columns + x * layout.columns / width)
        }
        for y in 0..<height {
            for x in 0..<width where isChosen(x, y) {
                let border = (1...2 * pen).first { distance in
                    !isChosen(x - distance, y) || !isChosen(x + distance, y) || !isChosen(x, y - distance)
                        || !isChosen(x, y + distance)
                }
                // A dark line beside a light one, so that it shows on any background.
                if let border { result[x, y] = border <= pen ? [20, 20, 24] : [255, 214, 10] }
            }
        }
        return result
    }
}
