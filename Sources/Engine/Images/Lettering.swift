import Foundation

/// Text drawn into a picture with a round pen: captions, titles, scales.
///
/// The font is built in, so that a sheet looks the same on every machine. It has Latin letters with their diacritics,
/// digits and signs; any other character is an empty frame.
package struct Lettering: Sendable {
    /// The height of a capital letter, in pixels.
    package let capHeight: Double
    /// The width of the pen, in pixels.
    package let pen: Double

    /// Creates lettering whose capitals are `capHeight` pixels high.
    package init(capHeight: Double, isBold: Bool = false) {
        self.capHeight = capHeight
        pen = max(capHeight * (isBold ? 0.17 : 0.125), isBold ? 1.3 : 1.05)
    }

    /// The number of pixels in one unit of a ``Glyph``.
    private var scale: Double { capHeight / 14 }
    /// The distance from one glyph to the next, which includes the pen's width.
    private var gap: Double { capHeight * 0.19 + pen }

    /// Returns the width of `text`, in pixels.
    package func width(of text: String) -> Double {
        let glyphs = positionedGlyphs(text)
        return glyphs.map { $0.left + $0.glyph.width * scale }.max().map { $0 + pen } ?? 0
    }

    /// The distance from one baseline to the next, in pixels.
    var lineHeight: Double { capHeight * 1.75 }

    /// Draws `text` with its left edge at `left` and its baseline at `baseline`, in pixels, clipped to the picture.
    package func draw(
        _ text: String, on image: inout Image, left: Double, baseline: Double, color: SIMD3<UInt8>
    ) {
        // A glyph is painted by the coverage of all its strokes together, so that crossings are not darker.
        for (glyph, offset, rise) in positionedGlyphs(text) {
            let origin = SIMD2(left + offset + pen / 2, baseline - capHeight - rise * scale)
            let strokes = glyph.strokes.map { $0.map { $0 * scale + origin } }
            let bounds = Bounds(of: strokes, margin: pen / 2 + 1, in: image)
            for y in bounds.rows {
                for x in bounds.columns {
                    let center = SIMD2(Double(x) + 0.5, Double(y) + 0.5)
                    let nearest = strokes.map { distance(from: center, to: $0) }.min() ?? .infinity
                    let coverage = min(max(pen / 2 + 0.5 - nearest, 0), 1)
                    if coverage > 0 { image.blend(color, coverage, x: x, y: y) }
                }
            }
        }
    }

    /// Truncates `text` to fit `width`, with "…" at the end if something is cut off.
    package func fitted(_ text: String, width limit: Double) -> String {
        guard width(of: text) > limit else { return text }
        var kept = text
        while !kept.isEmpty, width(of: kept + "…") > limit { kept.removeLast() }
        return kept.trimmingCharacters(in: .whitespaces) + "…"
    }

    /// Breaks `text` between words into at most `count` lines that fit `width`.
    ///
    /// If there is not room for all, earlier paragraphs are truncated before later ones, and a number at a paragraph's
    /// end is kept: of "a long name" above "3.21" the name is shortened.
    package func lines(_ text: String, width limit: Double, count: Int) -> [String] {
        let paragraphs = text.split(separator: "\n").map { wrapped($0, limit) }
        var room = count
        var lines: [String] = []
        for (place, paragraph) in paragraphs.enumerated().reversed() where room > 0 {
            // Each paragraph above has at least one line.
            let allowed = max(1, min(paragraph.count, room - place))
            let whole = paragraph[..<(allowed - 1)].map { fitted($0, width: limit) }
            let rest = paragraph[(allowed - 1)...].joined(separator: " ")
            lines = whole + [fittedKeepingNumber(rest, limit)] + lines
            room -= allowed
        }
        return lines
    }

    /// Breaks a paragraph into lines between words.
    private func wrapped(_ paragraph: Substring, _ limit: Double) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in paragraph.split(separator: " ") {
            let longer = line.isEmpty ? String(word) : line + " " + word
            if line.isEmpty || width(of: longer) <= limit {
                line = longer
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return lines + [line]
    }

    /// Truncates `text` to fit, before its last word if that is a number: "blocks.11.mlp… 1234".
    private func fittedKeepingNumber(_ text: String, _ limit: Double) -> String {
        guard width(of: text) > limit, let space = text.lastIndex(of: " ") else { return fitted(text, width: limit) }
        let number = text[text.index(after: space)...]
        guard number.contains(where: \.isNumber), width(of: "… \(number)") <= limit else {
            return fitted(text, width: limit)
        }
        var kept = text[..<space]
        while !kept.isEmpty, width(of: "\(kept)… \(number)") > limit { kept.removeLast() }
        return kept.trimmingCharacters(in: .whitespaces) + "… \(number)"
    }

    /// Returns the glyphs of `text`, where each starts (in pixels), and how far it is raised (in units).
    private func positionedGlyphs(_ text: String) -> [(glyph: Glyph, left: Double, rise: Double)] {
        var glyphs: [(glyph: Glyph, left: Double, rise: Double)] = []
        var position = 0.0
        for character in text {
            // A letter with diacritics is decomposed into the letter and its diacritics.
            let parts = String(character).decomposedStringWithCanonicalMapping.unicodeScalars.map(
                Character.init)
            guard let first = parts.first else { continue }
            let letter = Glyph[first]
            glyphs.append((letter, position, 0))
            for mark in parts.dropFirst() {
                let glyph = Glyph[mark]
                glyphs.append(
                    (glyph, position + (letter.width - glyph.width) / 2 * scale, first.isUppercase ? 4 : 0))
            }
            position += letter.width * scale + gap
        }
        return glyphs
    }
}

/// The pixels that strokes may touch.
private struct Bounds {
    let columns: Range<Int>
    let rows: Range<Int>

    init(of strokes: [[SIMD2<Double>]], margin: Double, in image: Image) {
        let points = strokes.joined()
        func range(_ values: [Double], _ count: Int) -> Range<Int> {
            guard let low = values.min(), let high = values.max() else { return 0..<0 }
            let end = min(max(high + margin, 0), Double(count))
            return Int(min(max(low - margin, 0), end))..<Int(end)
        }
        columns = range(points.map(\.x), image.width)
        rows = range(points.map(\.y), image.height)
    }
}

/// Returns the shortest distance from a point to a polyline.
private func distance(from point: SIMD2<Double>, to stroke: [SIMD2<Double>]) -> Double {
    var shortest = Double.infinity
    for (start, end) in zip(stroke, stroke.dropFirst()) {
        shortest = min(shortest, Segment(start: start, end: end).squaredDistance(from: point))
    }
    return shortest.squareRoot()
}

extension Image {
    /// Blends `color` into one pixel with `coverage` in 0…1.
    fileprivate mutating func blend(_ color: SIMD3<UInt8>, _ coverage: Double, x: Int, y: Int) {
        let start = (y * width + x) * 3
        for channel in 0..<3 {
            let below = Double(pixels[start + channel])
            pixels[start + channel] = UInt8((below + (Double(color[channel]) - below) * coverage).rounded())
        }
    }
}
