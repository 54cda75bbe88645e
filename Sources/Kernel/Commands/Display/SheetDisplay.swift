import Jupyter
import VitrineEngine

/// A sheet of pictures, or a plot, as a front-end shows it, with its numbers as text.
struct SheetDisplay {
    /// The sheet.
    let image: Image
    /// The same in words.
    let plain: String
    private let figure: Figure

    /// The display of a sheet or a plot.
    ///
    /// - Parameters:
    ///   - title: what it is, which stands under it and is said to those who do not see it.
    ///   - facts: what is known of it, a line each.
    init(_ image: Image, title: String, facts: [String] = [], plain: String) {
        self.image = image
        self.plain = plain
        figure = Figure(alt: title, caption: [title] + facts, fileName: fileName(of: title) + ".png")
    }

    /// The sheet as PNG and its words.
    var bundle: MIMEBundle {
        guard let png = try? PNG.encode(image) else { return MIMEBundle(plain: plain) }
        let (width, height) = Self.size(of: image)
        return figure.bundle(png: png, of: image, width: width, height: height, plain: plain)
    }

    /// The size in CSS pixels: its own, unless that is wider than a notebook's column.
    static func size(of image: Image) -> (width: Int, height: Int) {
        let width = min(image.width, 1000)
        return (width, max(1, image.height * width / max(image.width, 1)))
    }
}
