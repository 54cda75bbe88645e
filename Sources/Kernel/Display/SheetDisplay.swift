import Engine

/// A sheet of pictures, or a plot, as a front-end shows it, with its numbers as text.
struct SheetDisplay {
    /// The sheet.
    let image: Image
    /// The same in words.
    let plain: String

    /// The display of a sheet or a plot.
    init(_ image: Image, plain: String) {
        self.image = image
        self.plain = plain
    }

    /// The sheet as PNG and its words.
    var bundle: MIMEBundle {
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
