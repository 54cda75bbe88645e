import Foundation

/// Several pictures in one, in a grid with a caption under each, on a light background that suits any notebook.
public struct ContactSheet: Sendable {
    /// One picture of a sheet with its caption.
    public struct Entry: Hashable, Sendable {
        /// The picture.
        public let image: Image
        /// The caption under it, at most two lines.
        public let caption: String
        /// The scale of its colors, drawn between picture and caption.
        public let scale: ColorScale?

        /// Creates an entry from a picture and its caption.
        public init(_ image: Image, caption: String, scale: ColorScale? = nil) {
            self.image = image
            self.caption = caption
            self.scale = scale
        }
    }

    /// The light background of every sheet and plot.
    package static let background: SIMD3<UInt8> = [247, 246, 243]

    /// The pictures, row by row.
    public let entries: [Entry]
    /// The title above them.
    public let title: String?
    /// The number of pictures in a row.
    public let columns: Int

    /// Creates a sheet of `entries`.
    ///
    /// - Parameter columns: the number of pictures in a row; ``columns(for:)`` when `nil`.
    public init(_ entries: [Entry], title: String? = nil, columns: Int? = nil) {
        self.entries = entries
        self.title = title
        self.columns = max(1, min(columns ?? Self.columns(for: entries.count), max(entries.count, 1)))
    }

    /// Returns how many pictures to put in a row so that the sheet is slightly wider than high and few cells are empty:
    /// 3 → 3, 4 → 2, 12 → 4, 16 → 4.
    public static func columns(for count: Int) -> Int {
        guard count > 1 else { return 1 }
        func cost(_ columns: Int) -> Double {
            let rows = (count + columns - 1) / columns
            let empty = Double(columns * rows - count) / Double(columns * rows)
            return 4 * empty + abs(log(Double(columns) / Double(rows) / 1.2))
        }
        return (1...min(count, 64)).min { cost($0) < cost($1) } ?? 1
    }

    /// The sheet as a picture.
    public var image: Image {
        let layout = Layout(self)
        var sheet = Image(width: layout.width, height: layout.height, color: Self.background)
        for (line, text) in layout.title.enumerated() {
            layout.titleLettering.draw(
                text, on: &sheet, left: Double(layout.margin),
                baseline: Double(layout.margin) + layout.titleLettering.capHeight
                    + layout.titleLettering.lineHeight * Double(line),
                color: ink)
        }
        for (index, entry) in entries.enumerated() {
            let (left, top) = layout.place(index)
            let picture = layout.fitted(entry.image)
            // Pictures of different sizes are centered in their cells, with their bottoms aligned.
            let x = left + (layout.cellWidth - picture.width) / 2
            let y = top + layout.cellHeight - picture.height
            sheet.put(
                Image(width: picture.width + 2, height: picture.height + 2, color: frame), left: x - 1,
                top: y - 1)
            sheet.put(picture, left: x, top: y)
            entry.scale?.draw(
                on: &sheet, left: left, top: layout.scaleTop(top), width: layout.cellWidth, lettering: layout.lettering,
                color: softInk)
            for (line, text) in layout.captions[index].enumerated() {
                layout.lettering.draw(
                    text, on: &sheet, left: Double(left),
                    baseline: layout.baseline(top: top, line: line, hasScale: entry.scale != nil),
                    color: softInk)
            }
        }
        return sheet
    }
}

private let frame: SIMD3<UInt8> = [214, 211, 204]
private let ink = PlotPalette.ink
private let softInk = PlotPalette.softInk

/// The layout of a sheet, in pixels.
private struct Layout {
    let cellWidth: Int
    let cellHeight: Int
    let gutter: Int
    let margin: Int
    let width: Int
    let height: Int
    let lettering: Lettering
    let titleLettering: Lettering
    let captions: [[String]]
    /// The title's lines.
    let title: [String]
    private let magnification: Double
    private let columns: Int
    private let rowHeight: Int
    /// The height that color scales take below the pictures, 0 if there are none.
    private let scaleHeight: Int
    private let firstRow: Int

    init(_ sheet: ContactSheet) {
        let widest = max(sheet.entries.map(\.image.width).max() ?? 0, 1)
        let highest = max(sheet.entries.map(\.image.height).max() ?? 0, 1)
        columns = sheet.columns
        magnification = Self.magnification(widest: widest, highest: highest, columns: sheet.columns)
        cellWidth = max(Int(Double(widest) * magnification), 1)
        cellHeight = max(Int(Double(highest) * magnification), 1)
        gutter = min(max(cellWidth / 11, 10), 32)
        margin = gutter * 3 / 2
        let lettering = Lettering(capHeight: min(max((Double(cellWidth) / 22).rounded(), 8), 14))
        self.lettering = lettering
        titleLettering = Lettering(capHeight: (lettering.capHeight * 1.35).rounded(), isBold: true)
        let limit = Double(cellWidth)
        captions = sheet.entries.map { lettering.lines($0.caption, width: limit, count: 2) }

        let captionLines = captions.map(\.count).max() ?? 0
        let captionHeight =
            captionLines == 0 ? 0 : Int(lettering.lineHeight * Double(captionLines) + lettering.capHeight * 0.5)
        let hasScales = sheet.entries.contains { $0.scale != nil }
        scaleHeight = hasScales ? ColorScale.height(lettering) + Self.scaleGap : 0
        rowHeight = cellHeight + scaleHeight + captionHeight + gutter
        width = 2 * margin + sheet.columns * (cellWidth + gutter) - gutter
        title = titleLettering.lines(sheet.title ?? "", width: Double(width - 2 * margin), count: 2)
        let titleHeight = titleLettering.capHeight * 2.3 + titleLettering.lineHeight * Double(title.count - 1)
        firstRow = margin + (title.isEmpty ? 0 : Int(titleHeight))
        let rows = (sheet.entries.count + sheet.columns - 1) / sheet.columns
        height = firstRow + max(rows * rowHeight - gutter, 0) + margin
    }

    /// Returns the factor by which pictures are resized.
    ///
    /// Small pictures grow by a whole number, so that their pixels stay square and a caption has room; pictures of a
    /// sheet that would be too wide shrink.
    private static func magnification(widest: Int, highest: Int, columns: Int) -> Double {
        let (smallest, widestSheet) = (96, 4096)
        let longest = max(widest, highest)
        if longest < smallest { return Double((smallest + longest - 1) / longest) }
        return min(1, Double(widestSheet) / Double(widest * columns))
    }

    func fitted(_ image: Image) -> Image {
        guard magnification != 1, image.width > 0, image.height > 0 else { return image }
        let width = max(Int(Double(image.width) * magnification), 1)
        let height = max(Int(Double(image.height) * magnification), 1)
        return image.resized(width: width, height: height, by: magnification > 1 ? .box : .lanczos)
    }

    func place(_ index: Int) -> (left: Int, top: Int) {
        (margin + index % columns * (cellWidth + gutter), firstRow + index / columns * rowHeight)
    }

    private static let scaleGap = 6

    func scaleTop(_ top: Int) -> Int { top + cellHeight + Self.scaleGap }

    func baseline(top: Int, line: Int, hasScale: Bool) -> Double {
        Double(top + cellHeight + (hasScale ? scaleHeight : 0)) + lettering.capHeight * 1.75 + lettering.lineHeight
            * Double(line)
    }
}
