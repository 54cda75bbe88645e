import Engine

/// A sheet of pictures as a front-end shows it, with its numbers as text.
struct SheetDisplay {
    /// The pictures.
    let sheet: ContactSheet
    /// The same in words.
    let plain: String

    /// The sheet as PNG and its words.
    var bundle: MIMEBundle {
        let image = sheet.image
        guard let png = try? PNG.encode(image) else { return MIMEBundle(plain: plain) }
        let (width, height) = Self.size(of: image)
        return MIMEBundle(png: png, width: width, height: height, plain: plain)
    }

    /// The size in CSS pixels: its own, unless that is wider than a notebook's column.
    static func size(of image: Image) -> (width: Int, height: Int) {
        let width = min(image.width, 1000)
        return (width, max(1, image.height * width / max(image.width, 1)))
    }
}
