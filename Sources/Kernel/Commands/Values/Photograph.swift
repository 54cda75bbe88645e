import Cells
import VitrineEngine

/// A photograph or a rendered picture as an argument.
struct Photograph: ArgumentValue {
    /// The value, which is an image.
    let value: any CellObject

    static var argumentType: ValueType { .object(.image) }
    static func read(_ value: Value) -> Photograph? { value.object.map { Photograph(value: $0) } }
    var cellValue: Value { .object(value) }

    /// The pixels.
    var image: Image {
        get throws {
            switch value {
            case let photo as ImageValue: photo.image
            case let picture as PictureValue: picture.pictures[0].image
            case let found as TopImageValue: try Image(contentsOf: found.entry.path)
            default: throw CellError(.wrongType, "\(value.typeWords) is not an image.")
            }
        }
    }

    /// The reference by which a recipe names the image, and the pixels.
    var reference: (photograph: PhotographReference, image: Image) {
        get throws {
            let image = try image
            let name =
                switch value {
                case let photo as ImageValue: photo.path
                case let found as TopImageValue: found.entry.path
                case let picture as PictureValue: picture.pictures[0].label
                default: value.typeWords
                }
            return (PhotographReference(name: name, of: image), image)
        }
    }
}

extension Photograph {
    /// The argument of commands that take one.
    static let argument = Argument<Photograph>("photo", label: nil, summary: "a photograph or a picture")

    /// The largest photograph that is not scaled, in pixels, which is far more than a model sees.
    static let largestKept = 16_000_000

    /// Scales a photograph down if it is larger than ``largestKept``.
    static func scaled(_ image: Image) -> (image: Image, isScaled: Bool) {
        let count = image.width * image.height
        guard count > largestKept else { return (image, false) }
        let factor = (Double(largestKept) / Double(count)).squareRoot()
        let width = max(1, Int(Double(image.width) * factor))
        let height = max(1, Int(Double(image.height) * factor))
        return (image.resized(width: width, height: height, by: .box), true)
    }
}
