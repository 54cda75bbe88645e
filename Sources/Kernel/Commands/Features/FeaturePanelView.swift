import Foundation
import Jupyter
import Platform
import VitrineEngine

/// The widgets of a panel that compares patches: the photograph's map, which can be clicked, the others' maps, and the
/// controls of the patch.
struct FeaturePanelView: Sendable {
    /// The whole panel.
    let whole: Widget

    private let rows: Int
    private let columns: Int
    private let picture: Widget
    private let others: Widget?
    private let patch: Widget
    private let row: Widget
    private let column: Widget
    private let words: Widget
    private let cell: Widget

    /// The longest side of the photograph's map in CSS pixels.
    private static let longestSide = 560

    /// Creates the panel for a photograph.
    ///
    /// - Parameter patch: the chosen patch.
    init(_ photograph: PatchFeatures, patch chosen: Int, hasOthers: Bool) {
        (rows, columns) = (photograph.rows, photograph.columns)
        let size = PixelSize(width: photograph.seen.width, height: photograph.seen.height)
            .scaled(toLongerSide: Self.longestSide)
        let name = "vitrine-patch-\(UUID().uuidString.prefix(8).lowercased())"
        let empty = Image(width: 1, height: 1, pixels: [128, 128, 128])
        let bytes = (try? PNG.encode(empty)) ?? []
        patch = .number("patch", chosen, in: 0...max(rows * columns - 1, 1), classes: [name])
        row = .slider("row", chosen / columns, in: 0...max(rows - 1, 1))
        column = .slider("column", chosen % columns, in: 0...max(columns - 1, 1))
        words = .html("")
        cell = .html("")
        let map = Widget.picture(
            bytes, format: "png", width: size.width, height: size.height,
            alt: "Where the photograph is similar to the patch", layout: Widget.inPile)
        picture = map
        others =
            hasOthers
            ? .picture(
                bytes, format: "png", width: size.width, height: size.height,
                alt: "Where the other photographs are similar to the patch") : nil
        let surface = Self.surface(of: name, size, rows: rows, columns: columns)
        let pile = Widget.pile([map, .html(surface, layout: Widget.inPile)])
        whole = .column([
            .row(
                [.column([pile, words]), .column([patch, row, column] + [others].compactMap(\.self))],
                layout: ["grid_gap": "16px"]),
            cell,
        ])
    }

    /// Returns the patch that the controls choose after one of them was changed; it lies in the photograph, whatever the
    /// page sends.
    func patch(afterChangeOf widget: Widget) -> Int {
        func number(_ widget: Widget, below count: Int) -> Int {
            min(max(widget["value"]?.integer ?? 0, 0), count - 1)
        }
        if widget === row || widget === column {
            return number(row, below: rows) * columns + number(column, below: columns)
        }
        return number(patch, below: rows * columns)
    }

    /// Returns the events that set all controls to a patch.
    func follow(_ chosen: Int) -> [CommEvent] {
        [(patch, chosen), (row, chosen / columns), (column, chosen % columns)].compactMap { widget, value in
            widget["value"]?.integer == value ? nil : widget.set(["value": .integer(value)])
        }
    }

    /// Returns the events that show maps.
    func show(_ maps: [HeatMap], _ found: PatchSimilarity, cell text: String, note: String?) -> [CommEvent] {
        var events: [CommEvent] = []
        if let jpeg = try? JPEG.encode(maps[0].image, quality: 90) {
            events.append(picture.set(["format": "jpeg"], bytes: ["value": jpeg]))
        }
        if let others, maps.count > 1 {
            let sheet = ContactSheet(
                PictureSheet.fitted(maps.dropFirst().map(\.image)).enumerated().map {
                    .init($1, caption: maps[$0 + 1].label)
                }
            ).image
            if let jpeg = try? JPEG.encode(sheet, quality: 90) {
                let (width, height) = SheetDisplay.size(of: sheet)
                events.append(
                    others.set(
                        ["format": "jpeg", "width": .string("\(width)"), "height": .string("\(height)")],
                        bytes: ["value": jpeg]))
            }
        }
        let nearest = zip(maps, found.nearest).enumerated().compactMap { place, pair -> String? in
            guard let patch = pair.1 else { return nil }
            let cosine = found.cosines[place].values[patch.index]
            return "\(pair.0.label): most similar \(patch.words), cosine \(Double(cosine).formatted(digits: 2))"
        }
        let lines =
            (["<b>\(escaped(found.patch.words))</b>"] + nearest.map(escaped) + [note].compactMap(\.self).map(escaped))
            .joined(separator: "<br>")
        events.append(words.set(["value": .string("<div style=\"line-height:20px\">\(lines)</div>")]))
        events.append(cell.set(["value": .string("<code>\(escaped(text))</code>")]))
        return events
    }

    /// Returns the surface over the photograph that a person clicks on, and that arrow keys move the patch on.
    ///
    /// It writes into the number's own field as a person would, so no front-end needs more than its usual widgets. Where
    /// a front-end runs no script, number and sliders still work.
    private static func surface(of name: String, _ size: PixelSize, rows: Int, columns: Int) -> String {
        let field = "document.querySelector('.\(name) input')"
        func choose(_ patch: String) -> String {
            "let f=\(field);if(f){f.value=\(patch);f.dispatchEvent(new Event('change',{bubbles:true}))}"
        }
        let click =
            "let b=this.getBoundingClientRect();"
            + "let c=Math.min(\(columns - 1),Math.max(0,Math.floor((event.clientX-b.left)/b.width*\(columns))));"
            + "let r=Math.min(\(rows - 1),Math.max(0,Math.floor((event.clientY-b.top)/b.height*\(rows))));"
            + choose("r*\(columns)+c")
        let key =
            "let m={ArrowLeft:[0,-1],ArrowRight:[0,1],ArrowUp:[-1,0],ArrowDown:[1,0]}[event.key];if(m){"
            + "event.preventDefault();event.stopPropagation();let p=parseInt(\(field).value);"
            + "let r=Math.min(\(rows - 1),Math.max(0,Math.floor(p/\(columns))+m[0]));"
            + "let c=Math.min(\(columns - 1),Math.max(0,p%\(columns)+m[1]));" + choose("r*\(columns)+c") + "}"
        // JupyterLab's shortcuts must not take the keys.
        return "<div tabindex=\"0\" role=\"application\" data-lm-suppress-shortcuts=\"true\" "
            + "aria-label=\"Photograph: click a patch, or move it with the arrow keys\" "
            + "title=\"Click a patch, or move it with the arrow keys\" "
            + "style=\"width:\(size.width)px;height:\(size.height)px;cursor:crosshair\" "
            + "onclick=\"this.focus();\(escaped(click))\" onkeydown=\"\(escaped(key))\"></div>"
    }
}
