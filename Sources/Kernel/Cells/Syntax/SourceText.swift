/// The text of a cell, and the three ways to count in it: UTF-8 bytes (swift-syntax), Unicode scalars
/// (Jupyter), lines with columns (people).
final class SourceText: Sendable {
    let text: String
    let utf8: [UInt8]
    private let lineStarts: [Int]

    init(_ text: String) {
        self.text = text
        utf8 = Array(text.utf8)
        var starts = [0]
        for (index, byte) in utf8.enumerated() {
            let isNewline =
                byte == UInt8(ascii: "\n")
                || byte == UInt8(ascii: "\r")
                    && (index + 1 == utf8.count || utf8[index + 1] != UInt8(ascii: "\n"))
            if isNewline { starts.append(index + 1) }
        }
        lineStarts = starts
    }

    /// Returns the line, column and line text of a UTF-8 offset.
    func location(at offset: Int) -> CellError.Location {
        let offset = min(max(offset, 0), utf8.count)
        let line = lineIndex(of: offset)
        return CellError.Location(
            line: line + 1, column: scalarCount(lineStarts[line]..<offset) + 1, sourceLine: lineText(line))
    }

    /// Returns the index of the line that holds a UTF-8 offset.
    func lineIndex(of offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// Returns the UTF-8 offsets of a line, without its line break.
    func lineRange(_ index: Int) -> Range<Int> {
        let start = lineStarts[index]
        var end = index + 1 < lineStarts.count ? lineStarts[index + 1] : utf8.count
        while end > start, utf8[end - 1] == UInt8(ascii: "\n") || utf8[end - 1] == UInt8(ascii: "\r") {
            end -= 1
        }
        return start..<end
    }

    /// Returns the text of a line, without its line break.
    func lineText(_ index: Int) -> String { slice(lineRange(index)) }

    /// Returns the text between two UTF-8 offsets.
    func slice(_ range: Range<Int>) -> String {
        String(decoding: utf8[range.clamped(to: 0..<utf8.count)], as: UTF8.self)
    }

    /// Returns the text at a place.
    func slice(_ place: Place) -> String { slice(place.start..<place.end) }

    /// Returns the number of Unicode scalars between two UTF-8 offsets.
    func scalarCount(_ range: Range<Int>) -> Int {
        utf8[range.clamped(to: 0..<utf8.count)].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }

    /// Returns the UTF-8 offset of a Unicode scalar, clamped to the text.
    func utf8Offset(ofScalar index: Int) -> Int {
        var left = index
        for (offset, byte) in utf8.enumerated() where byte & 0xC0 != 0x80 {
            if left <= 0 { return offset }
            left -= 1
        }
        return utf8.count
    }

    /// Returns an error at a place.
    func error(_ kind: CellError.Kind, _ message: String, at place: Place, notes: [CellError.Note] = [])
        -> CellError
    {
        CellError(kind, message, location: location(at: place.start), notes: notes)
    }
}

/// A part of a cell's text, in UTF-8 offsets.
struct Place: Sendable, Hashable {
    var start: Int
    var end: Int
}
