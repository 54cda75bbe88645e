import Cells
import VitrineEngine

/// What can be looked at by a model: photographs and rendered pictures.
enum Photograph {
    /// The largest photograph that is kept as it is, in pixels: no model sees a fraction of that.
    static let largestKept = 16_000_000

    /// The pixels of a value that is an image.
    static func image(_ object: any CellObject) throws -> Image {
        switch object {
        case let photo as ImageValue: photo.image
        case let picture as PictureValue: picture.pictures[0].image
        case let found as TopImageValue: try Image(contentsOf: found.entry.path)
        default: throw CellError(.wrongType, "\(object.typeWords) is not an image.")
        }
    }

    /// What a recipe calls a value that is an image, with the pixels.
    static func reference(_ object: any CellObject) throws -> (photograph: PhotographReference, image: Image) {
        let image = try image(object)
        let name =
            switch object {
            case let photo as ImageValue: photo.path
            case let found as TopImageValue: found.entry.path
            case let picture as PictureValue: picture.pictures[0].label
            default: object.typeWords
            }
        return (PhotographReference(name: name, of: image), image)
    }

    /// The photograph, made smaller where it is larger than ``largestKept``.
    static func scaled(_ image: Image) -> (image: Image, isScaled: Bool) {
        let count = image.width * image.height
        guard count > largestKept else { return (image, false) }
        let factor = (Double(largestKept) / Double(count)).squareRoot()
        let width = max(1, Int(Double(image.width) * factor))
        let height = max(1, Int(Double(image.height) * factor))
        return (image.resized(width: width, height: height, by: .box), true)
    }
}
