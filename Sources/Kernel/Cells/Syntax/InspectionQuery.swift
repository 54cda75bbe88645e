/// A query as the last line of a cell, which shows what is known about a path: `render?`, `?render` or
/// `vit.blocks[5]??`.
///
/// It is found before parsing, since it is not Swift. The lines above it run first.
struct InspectionQuery {
    let path: String
    let rest: String

    init?(_ source: String) {
        let lines = source.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard let index = lines.lastIndex(where: { !$0.allSatisfy(\.isWhitespace) }) else { return nil }
        var line = lines[index].drop { $0.isWhitespace }
        while line.last?.isWhitespace == true { line.removeLast() }
        let length = line.count
        while line.first == "?" { line.removeFirst() }
        while line.last == "?" { line.removeLast() }
        guard line.count < length, Self.isPath(line) else { return nil }
        path = String(line)
        rest = lines[..<index].joined(separator: "\n")
    }

    /// Returns whether the text is a name, followed by members and by subscripts of plain literals.
    private static func isPath(_ text: Substring) -> Bool {
        guard let first = text.first, first.isLetter || first == "_" else { return false }
        var bracket = false
        var quoted = false
        for character in text {
            switch character {
            case "\"" where bracket: quoted.toggle()
            case _ where quoted: continue
            case "[" where !bracket: bracket = true
            case "]" where bracket: bracket = false
            case ".": continue
            default: guard character.isLetter || character.isNumber || character == "_" else { return false }
            }
        }
        return !bracket && !quoted && text.last != "."
    }
}
