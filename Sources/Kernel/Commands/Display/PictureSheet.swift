import VitrineEngine

/// Scales pictures of different sizes for one sheet.
enum PictureSheet {
    /// The longest side of a picture in a sheet.
    private static let largest = 320

    /// Scales pictures to similar sizes: the longest side becomes at most 320 pixels, and much smaller pictures are
    /// enlarged by a whole factor, so that their pixels stay square.
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
