import Jupyter
import Platform
import VitrineEngine

/// A picture with a caption, and below that a row of small links.
///
/// Front-ends prefer HTML, and a PNG alone has no caption: so the output is HTML around the picture, and the PNG beside
/// it is for tools that convert a notebook. What a page strips because it does not trust the notebook (a script, a
/// download) is hidden there and not broken.
struct Figure {
    /// A detail that opens below the caption.
    struct Detail {
        /// The text to click: "recipe".
        let title: String
        /// The content, as HTML.
        let html: String
    }

    /// The alternative text.
    var alt: String
    /// The caption's lines: the title, then facts.
    var caption: [String]
    /// Warnings, in lines of their own.
    var notes: [String] = []
    /// The details.
    var details: [Detail] = []
    /// The name of the file in which the picture is saved; nil for a picture that cannot be saved.
    var fileName: String?

    /// Makes the output of a finished picture.
    ///
    /// - Parameters:
    ///   - png: the picture as a file, which is also what is saved.
    ///   - image: its pixels.
    ///   - width: the width at which it is shown, in CSS pixels.
    ///   - height: the height at which it is shown, in CSS pixels.
    func bundle(
        png: [UInt8], of image: Image, width: Int, height: Int, plain: String, metadata: [String: JSON] = [:]
    ) -> MIMEBundle {
        var bundle = MIMEBundle(png: png, width: width, height: height, alt: alt, plain: plain, metadata: metadata)
        // A server drops outputs above some megabytes, and this one contains the picture twice.
        let isLarge = png.count > Self.largestTwice
        let copy = isLarge ? (try? JPEG.encode(image, quality: 92)) ?? png : png
        bundle.data["text/html"] = .string(
            html(copy, isJPEG: isLarge, width: width, height: height))
        return bundle
    }

    /// The largest PNG in bytes that an output contains twice. Two of them in base64 stay below a Jupyter server's
    /// limit of 3 MB in three seconds, with room for earlier pictures.
    static let largestTwice = 600_000

    /// Makes the figure's HTML.
    ///
    /// - Parameter overlay: HTML over the picture while it is being made; nil for a finished picture.
    func html(_ bytes: [UInt8], isJPEG: Bool, width: Int, height: Int, overlay: String? = nil) -> String {
        let isDone = overlay == nil
        let kind = isJPEG ? "jpeg" : "png"
        // The link takes its data from the picture above it, so that the page does not contain the picture once more.
        let reveal =
            isDone && fileName != nil
            ? " onload=\"let link=this.closest('figure').querySelector('a[hidden]');if(link){link.href=this.src;link.textContent='save';link.hidden=false}\""
            : ""
        let picture =
            "<img alt=\"\(escaped(alt))\" width=\"\(width)\" height=\"\(height)\" "
            + "style=\"display:block;max-width:100%;height:auto\" src=\"data:image/\(kind);base64,\(base64(bytes))\"\(reveal)>"
        return """
            <figure style="margin:0;max-width:100%">\
            <div style="position:relative;width:\(width)px;max-width:100%;overflow:hidden">\(picture)\(overlay ?? "")</div>\
            \(captionHTML(width: width))\(row(isDone: isDone))</figure>
            """
    }

    /// Makes the HTML of the lines below the picture. Their height does not change when the picture is finished, so
    /// that nothing moves.
    private func captionHTML(width: Int) -> String {
        let style = "display:block;font-size:13px;line-height:20px;text-align:left;max-width:\(max(width, 480))px"
        let lines =
            caption.enumerated().map { index, line in index == 0 ? "<b>\(escaped(line))</b>" : escaped(line) }
            + notes.map { "<em>\(escaped($0)).</em>" }
        return "<figcaption style=\"\(style)\">\(lines.joined(separator: "<br>"))</figcaption>"
    }

    private func row(isDone: Bool) -> String {
        guard !details.isEmpty || fileName != nil else { return "" }
        let closed = details.map { detail in
            isDone
                ? "<details style=\"\(Self.link)\"><summary style=\"cursor:pointer\">\(escaped(detail.title))</summary>"
                    + "\(detail.html)</details>"
                : "<span style=\"\(Self.link)\">\(escaped(detail.title))</span>"
        }
        let save = fileName.map { name in
            // Empty until the script has run, since some pages strip `hidden` and the script; and without a CSS
            // `display`, which would override `hidden`.
            isDone ? "<a hidden download=\"\(escaped(name))\" style=\"margin:0 16px 0 0\"></a>" : ""
        }
        return "<div style=\"font-size:12px;line-height:20px;min-height:20px;text-align:left\">"
            + closed.joined() + (save ?? "") + "</div>"
    }

    private static let link = "display:inline-block;vertical-align:top;margin:0 16px 0 0"
}

extension Figure.Detail {
    /// Returns the detail of a cell's source, which one click selects for copying.
    static func cell(_ source: String, title: String = "cell") -> Self {
        let style = "margin:4px 0;padding:4px 8px;font-size:12px;line-height:18px;overflow-x:auto;user-select:all"
        return Self(
            title: title, html: "<pre style=\"\(style)\"><code>\(escaped(source))</code></pre>")
    }

    /// Returns the detail of a table.
    static func table(_ table: Table, title: String) -> Self {
        Self(title: title, html: table.bundle.data["text/html"]?.string ?? escaped(table.plain))
    }
}

/// Converts text to the name of a file: letters, digits and hyphens, at most 60 characters.
func fileName(of text: String) -> String {
    let words = text.lowercased().split { !($0.isLetter || $0.isNumber) }
    let name = words.joined(separator: "-").prefix(60)
    return name.isEmpty ? "picture" : String(name)
}
