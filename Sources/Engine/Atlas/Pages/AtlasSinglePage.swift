import Foundation
import Platform

/// The atlas in one file, `atlas.html`: it holds the site's styles and scripts, the data and the pictures.
///
/// Such a page also opens where a page cannot load files beside it: in a viewer, from a mail, or under Jupyter's
/// `/files/`, whose sandbox makes the browser send requests without credentials.
package struct AtlasSinglePage {
    /// The file's name in the atlas.
    package static let name = "atlas.html"
    /// The most bytes of data and sheets that the page may hold. A larger atlas has no such page.
    static let limit = 128 << 20
    /// The most bytes of pictures that the page holds. With more, it shows the small pictures of the sheets instead.
    static let picturesLimit = 48 << 20

    private let folder: String

    /// Creates the page of the atlas in `folder`, whose site and data have been written.
    package init(of folder: String) { self.folder = folder }

    /// Writes the page, or removes an older one if the atlas is too large.
    ///
    /// - Parameters:
    ///   - data: the data files and sheets, which the page needs.
    ///   - pictures: the pictures and small copies of photographs, which it can do without.
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``, ``EngineError/cancelled``.
    func write(
        data: [String], pictures: [String], cancellation: Cancellation = Cancellation()
    ) throws(EngineError) {
        let file = "\(folder)/\(Self.name)"
        guard bytes(of: data) <= Self.limit, let index = text("index.html") else {
            try? FileManager.default.removeItem(atPath: file)
            return
        }
        var held: [UInt8] = []
        for path in data + (bytes(of: pictures) <= Self.picturesLimit ? pictures : []) {
            try cancellation.check()
            guard let contents = FileManager.default.contents(atPath: "\(folder)/\(path)") else { continue }
            held += "<script type=\"text/plain\" data-file=\"\(escaped(path))\">".utf8
            held +=
                path.hasSuffix(".js")
                ? Array(Self.withoutEnd(String(decoding: contents, as: UTF8.self)).utf8)
                : Array(contents.base64EncodedData())
            held += "</script>\n".utf8
        }
        var page: [UInt8] = []
        var isHeld = false
        for line in index.split(separator: "\n", omittingEmptySubsequences: false) {
            if let name = Self.attribute("href", of: line), line.hasPrefix("<link rel=\"stylesheet\""),
                let style = text(name)
            {
                let media = Self.attribute("media", of: line).map { " media=\"\($0)\"" } ?? ""
                page += "<style\(media)>\n\(style)</style>\n".utf8
            } else if line.hasPrefix("<script src="), let name = Self.attribute("src", of: line),
                let script = text(name)
            {
                // Before the first script, which looks for the embedded files.
                if !isHeld { page += held }
                isHeld = true
                page += "<script>\n\(Self.withoutEnd(script))</script>\n".utf8
            } else {
                page += "\(line)\n".utf8
            }
        }
        try writeWholeFile(file, page)
    }

    private func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: "\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }

    private func bytes(of paths: [String]) -> Int {
        paths.reduce(0) { sum, path in
            sum + ((try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)"))?[.size] as? Int ?? 0)
        }
    }

    /// Returns a script whose strings cannot end the element that contains it.
    private static func withoutEnd(_ script: String) -> String {
        script.replacing("</", with: "<\\/").replacing("<!--", with: "<\\!--")
    }

    private static func attribute(_ name: String, of line: Substring) -> String? {
        guard let start = line.firstRange(of: "\(name)=\"")?.upperBound,
            let end = line[start...].firstIndex(of: "\"")
        else { return nil }
        return String(line[start..<end])
    }

    private func escaped(_ path: String) -> String {
        path.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("<", with: "&lt;")
    }
}
