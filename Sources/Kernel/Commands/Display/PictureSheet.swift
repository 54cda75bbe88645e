import VitrineEngine

/// Pictures of any sizes made to stand in one sheet.
enum PictureSheet {
    /// The side to which larger pictures shrink.
    private static let largest = 320

    /// The pictures in sizes that suit each other: larger ones shrink to the largest of the small ones or to 320 pixels, and
    /// much smaller ones grow by a whole number, so that their pixels stay square.
    static func fitted(_ images: [Image]) -> [Image] {
        let longest = images.map { max($0.width, $0.height) }
        guard let most = longest.max(), Set(longest).count > 1 || most > largest else { return images }
        let side = min(most, largest)
        return zip(images, longest).map { image, length in
            if length > side {
                return image.resized(
                    width: max(1, image.width * side / length), height: max(1, image.height * side / length), by: .box)
            }
            let factor = side / max(length, 1)
            return factor < 2
                ? image : image.resized(width: image.width * factor, height: image.height * factor, by: .box)
        }
    }
}
