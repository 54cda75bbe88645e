import Compute
import Images
import Platform
import Visualization

extension Reconstruction {
    /// What the model sees of the photograph, and the pictures, each with the given patches outlined.
    public var sheet: ContactSheet {
        let seen = ContactSheet.Entry(
            Self.shown(photograph, parts.first?.given), caption: "what \(model) sees of “\(fileName)”")
        let ways = Set(parts.map(\.source.likeness.words))
        let way = ways.count == 1 ? " by \(ways.joined())" : ""
        return ContactSheet(
            [seen]
                + parts.map { part in
                    let source = part.source
                    let name = ways.count == 1 ? source.target.description : source.words
                    return .init(part.shownImage, caption: "\(name)\n\(part.likenessWords)")
                },
            title: "\(model): reconstruction\(way), \(rendering.steps) steps")
    }

    private var fileName: Substring { reference.name.split(separator: "/").last ?? "" }

    static func shown(_ image: Image, _ given: (patches: Set<Int>, layout: TokenLayout)?) -> Image {
        let image = HeatMap.enlarged(image)
        guard let (patches, layout) = given, patches.count < layout.patchCount else { return image }
        return image.outlined(patches, in: layout)
    }
}

extension Reconstruction.Part {
    /// The picture with the given patches outlined; at least as large as a person needs.
    public var shownImage: Image { Reconstruction.shown(picture.image, given) }

    /// How well the pixels in and around the given patches are known: "alike 0.84 in, 0.21 around".
    public var likenessWords: String {
        func words(_ pixels: ReconstructionErrors.Pixels?) -> String? {
            pixels.map { $0.correlation.formatted(digits: 2).replacing("-", with: "−") }
        }
        var alike = [words(errors.pixelsInside), words(errors.pixelsOutside)].compactMap(\.self)
        if alike.count == 2 { alike = ["\(alike[0]) in", "\(alike[1]) around"] }
        return "alike \(alike.joined(separator: ", "))"
    }
}

extension Reconstruction.Source {
    /// "blocks.5 patches 0 to 15 by L1".
    public var words: String { "\(target) by \(likeness.words)" }
}

extension Likeness {
    /// "L1", "L2", "cosine", "dot × cosine".
    public var words: String {
        switch self {
        case .l1: "L1"
        case .l2: "L2"
        case .cosine: "cosine"
        case .dotCosine: "dot × cosine"
        }
    }
}

extension Image {
    /// The picture with a line around some of its patches, where they border on others.
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
                // Dark beside light, so that the line shows on any ground.
                if let border { result[x, y] = border <= pen ? [20, 20, 24] : [255, 214, 10] }
            }
        }
        return result
    }
}
