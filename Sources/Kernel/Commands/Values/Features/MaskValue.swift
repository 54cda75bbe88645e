import Cells
import Jupyter
import VitrineEngine

/// A picture's mask: how much each of its pixels mattered to the objective, as transparency.
final class MaskValue: TabledObject, Displayable, SheetValue {
    /// The mask.
    let mask: PictureMask
    /// The picture.
    let picture: Picture
    /// The recipe of both.
    let recipe: Recipe

    init(_ mask: PictureMask, of picture: Picture, recipe: Recipe) {
        self.mask = mask
        self.picture = picture
        self.recipe = recipe
    }

    var kind: ValueKind { .mask }
    var kinds: [ValueKind] { [.mask, .picture] }
    var plainText: String {
        let share = Double(mask.alpha.count { $0 > 127 }) / Double(max(mask.alpha.count, 1))
        return
            "mask of \(picture.label): \(Int((share * 100).rounded())) % of the pixels matter at least half as much as the most"
    }
    var shownSheet: ContactSheet? { ContactSheet([.init(blended, caption: picture.label)]) }
    var bundle: MIMEBundle {
        guard let png = try? PNG.encode(picture.image, alpha: mask.alpha) else { return MIMEBundle(plain: plainText) }
        let scale = PictureDisplay.scale(for: picture.image, pictures: 1)
        let title = "mask of \(picture.label)"
        return Figure(alt: title, caption: [title, plainText], fileName: fileName(of: title) + ".png").bundle(
            png: png, of: picture.image, width: picture.image.width * scale, height: picture.image.height * scale,
            plain: plainText)
    }

    static let memberTable: MemberTable<MaskValue> = [
        .property("values", .object(.tensor), "how much each pixel mattered, rows × columns in 0…1") {
            .object(
                TensorValue(
                    $0.mask.values, title: "mask of \($0.picture.label)",
                    shapeWords: "\($0.mask.height) rows × \($0.mask.width) columns"))
        },
        .sheetImage { "mask of \($0.picture.label)" },
    ]

    /// The picture where it matters, and the light background of a sheet elsewhere.
    private var blended: Image {
        var image = picture.image
        let background = ContactSheet.background
        for pixel in mask.alpha.indices {
            let alpha = Int(mask.alpha[pixel])
            for channel in 0..<3 {
                let place = 3 * pixel + channel
                image.pixels[place] = UInt8(
                    (Int(image.pixels[place]) * alpha + Int(background[channel]) * (255 - alpha)) / 255)
            }
        }
        return image
    }
}
