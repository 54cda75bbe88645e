import Cells
import Engine
import Foundation

/// A photograph in a cell: `image("holiday.jpg")`.
final class ImageValue: CellObject, Displayable {
    /// The pixels.
    let image: Image
    /// Where it came from, as it was written; recipes call it so.
    let path: String
    private let name: String
    /// The pixels as the file has them compressed; nil when they have to be encoded.
    private let png: [UInt8]?

    init(_ image: Image, path: String, png: [UInt8]? = nil) {
        self.image = image
        self.path = path
        self.png = png
        name = path.split(separator: "/").last.map(String.init) ?? path
    }

    /// A picture that is in no file, under a name.
    convenience init(_ image: Image, name: String) { self.init(image, path: name) }

    var typeWords: String { "an image" }
    var plainText: String { "\(name): \(image.width) × \(image.height) px" }

    var bundle: MIMEBundle {
        guard let png = try? png ?? PNG.encode(image) else { return MIMEBundle(plain: plainText) }
        // A large photograph is shown at the size of a column.
        let width = min(image.width, 480)
        let height = max(1, image.height * width / max(image.width, 1))
        return MIMEBundle(png: png, width: width, height: height, plain: plainText)
    }

    var members: [MemberDeclaration] {
        [
            .property("width", "a whole number", "pixels in a row"),
            .property("height", "a whole number", "rows of pixels"),
        ]
    }

    func member(_ name: String) throws -> Value? {
        switch name {
        case "width": .integer(image.width)
        case "height": .integer(image.height)
        default: nil
        }
    }
}
