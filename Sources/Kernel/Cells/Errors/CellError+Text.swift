extension CellError: CustomStringConvertible {
    /// The name of the kind, for Jupyter's `ename`.
    package var name: String {
        switch kind {
        case .syntax: "Syntax error"
        case .unsupported: "Not in cells"
        case .unknownName: "Unknown name"
        case .unknownMember: "Unknown member"
        case .wrongType: "Wrong type"
        case .wrongArgument: "Wrong argument"
        case .arithmetic: "Arithmetic error"
        case .outOfRange: "Out of range"
        case .tooLarge: "Too large"
        case .constant: "Constant"
        case .failure: "Failure"
        case .command: "Error"
        case .interrupted: "Interrupted"
        }
    }

    /// The error as a cell shows it: the message, the place, the line with a caret below the place, the notes.
    ///
    ///     error: expected ')' to end function call (line 1, column 13)
    ///       render(vit.x
    ///                   ^
    package var text: String {
        ([Self.lines("error", message, location)] + notes.map { Self.lines("note", $0.message, $0.location) })
            .joined(separator: "\n")
    }

    /// The same as ``text``.
    package var description: String { text }

    private static func lines(_ label: String, _ message: String, _ location: Location?) -> String {
        guard let location else { return "\(label): \(message)" }
        let head = "\(label): \(message) (line \(location.line), column \(location.column))"
        let (line, caret) = window(of: location)
        return "\(head)\n  \(line)\n  \(caret)^"
    }

    /// Returns the part of a long line around the place, and the blanks before the caret.
    ///
    /// Tabs stay tabs, and characters that a terminal draws two cells wide get two blanks, so that the caret is below
    /// its place.
    private static func window(of location: Location) -> (line: String, blanks: String) {
        let scalars = Array(location.sourceLine.unicodeScalars)
        let place = min(max(location.column - 1, 0), scalars.count)
        let start = place > 100 ? place - 80 : 0
        let end = min(scalars.count, max(start + 120, place + 20))
        var line = String.UnicodeScalarView()
        line.append(contentsOf: scalars[start..<end])
        let ellipsis = start > 0 ? "…" : ""
        var front = String.UnicodeScalarView()
        front.append(contentsOf: scalars[start..<place])
        let blanks = String(front).map(blank).joined()
        return (
            ellipsis + String(line) + (end < scalars.count ? "…" : ""),
            (start > 0 ? " " : "") + blanks
        )
    }

    private static func blank(for character: Character) -> String {
        guard let scalar = character.unicodeScalars.first else { return "" }
        if character == "\t" { return "\t" }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return ""
        default: break
        }
        let isWide =
            scalar.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}")
            || wide.contains { $0.contains(scalar.value) }
        return isWide ? "  " : " "
    }

    /// The East Asian characters of double width.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
    ]
}
