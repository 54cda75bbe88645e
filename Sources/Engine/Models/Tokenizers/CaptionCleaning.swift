import Foundation

/// The cleaning of captions by OpenAI's and open_clip's tokenizers: repaired characters, HTML's references resolved,
/// single spaces, and lower case.
///
/// Of `ftfy.fix_text`, everything is done but the repair of text that was decoded by the wrong encoding ("dÃ©jÃ  vu"),
/// which a text that someone types does not have.
///
/// - Source: open_clip `tokenizer.py`, `get_clean_fn`; ftfy 6.3 `__init__.py`, `fix_and_explain`.
struct CaptionCleaning: Hashable, Sendable {
    /// What follows the repairs; open_clip's names.
    enum Style: String, Hashable, Sendable {
        /// Single spaces.
        case whitespace
        /// Single spaces and lower case: CLIP.
        case lower
        /// Lower case without ASCII punctuation: SigLIP.
        case canonicalize
    }

    var style: Style

    /// Returns the cleaned text.
    func clean(_ text: String) -> String {
        let repaired = HTMLReferences.unescape(HTMLReferences.unescape(CharacterRepair.repair(text)))
        switch style {
        case .whitespace: return repaired.singleSpaced
        case .lower: return repaired.singleSpaced.lowercasedLikePython
        case .canonicalize:
            var kept = String.UnicodeScalarView()
            for scalar in repaired.strippedLikePython.unicodeScalars {
                if scalar == "_" {
                    kept.append(" ")
                } else if !Self.punctuation.contains(scalar) {
                    kept.append(scalar)
                }
            }
            return String(kept).lowercasedLikePython.singleSpaced
        }
    }

    /// Python's `string.punctuation`.
    private static let punctuation = Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".unicodeScalars)
}

extension String {
    /// The words of the text with single spaces between them, as Python's `" ".join(text.split())`.
    fileprivate var singleSpaced: String {
        unicodeScalars.split(whereSeparator: \.isPythonSpace).map(String.init).joined(separator: " ")
    }

    fileprivate var strippedLikePython: String {
        var scalars = Substring(self).unicodeScalars
        while scalars.first?.isPythonSpace == true { scalars.removeFirst() }
        while scalars.last?.isPythonSpace == true { scalars.removeLast() }
        return String(scalars)
    }

    /// Lower case as Python's `str.lower`: a sigma at the end of a word is ς.
    ///
    /// Source: CPython `unicodeobject.c`, `handle_capital_sigma`.
    fileprivate var lowercasedLikePython: String {
        let scalars = Array(unicodeScalars)
        var result = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            guard scalar == "Σ" else {
                result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
                continue
            }
            let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
            let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
            let isFinal = before?.properties.isCased == true && after?.properties.isCased != true
            result.append(isFinal ? "ς" : "σ")
        }
        return String(result)
    }
}

extension Unicode.Scalar {
    /// Whether Python's `str.split` cuts here: white space, and four separators among the control characters.
    fileprivate var isPythonSpace: Bool { properties.isWhitespace || (0x1C...0x1F).contains(value) }
}

/// The repairs of single characters.
///
/// - Source: ftfy 6.3 `fixes.py`, `chardata.py`.
enum CharacterRepair {
    /// Returns a text in which every line is repaired until nothing changes.
    static func repair(_ text: String) -> String {
        // HTML's references are left alone from the first line on that looks like HTML.
        var unescapes = true
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        func end() {
            if line.contains("<") { unescapes = false }
            lines.append(repairLine(String(line), unescapes: unescapes))
            line = .init()
        }
        for scalar in text.unicodeScalars {
            line.append(scalar)
            if scalar == "\n" { end() }
        }
        if !line.isEmpty { end() }
        return lines.joined()
    }

    private static func repairLine(_ line: String, unescapes: Bool) -> String {
        var text = line
        while true {
            let before = text
            if unescapes { text = HTMLReferences.unescapeComplete(text) }
            text = withoutTerminalEscapes(replaceCharacters(text))
            text = withoutControlCharacters(text).precomposedStringWithCanonicalMapping
            if text.utf8.elementsEqual(before.utf8) { return text }
        }
    }

    /// Replaces C1 controls, ligatures, full-width and half-width forms, curly quotes and line breaks.
    private static func replaceCharacters(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x80...0x9F: result += HTMLReferences.windows1252[Int(scalar.value) - 0x80]
            case 0x2BC, 0x2018...0x201B: result += "'"
            case 0x201C...0x201F: result += "\""
            case 0x3000: result += " "
            case 0xFF01..<0xFFF0: result += String(Character(scalar)).precomposedStringWithCompatibilityMapping
            default:
                if let letters = ligatures[scalar] {
                    result += letters
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        // A ligature or a control may have become a quote or a line break, which the next round replaces.
        return TextPattern.lineBreak.replacing(in: result, with: "\n")
    }

    private static func withoutTerminalEscapes(_ text: String) -> String {
        guard text.unicodeScalars.contains("\u{1B}") else { return text }
        return TextPattern.terminalEscape.replacing(in: text, with: "")
    }

    private static func withoutControlCharacters(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x00..<0x09, 0x0B, 0x0E..<0x20, 0x7F, 0x206A..<0x2070, 0xFEFF, 0xFFF9..<0xFFFD: continue
            default: kept.append(scalar)
            }
        }
        return String(kept)
    }

    private static let ligatures: [Unicode.Scalar: String] = [
        "Ĳ": "IJ", "ĳ": "ij", "ŉ": "ʼn", "Ǳ": "DZ", "ǲ": "Dz", "ǳ": "dz", "Ǆ": "DŽ", "ǅ": "Dž", "ǆ": "dž", "Ǉ": "LJ",
        "ǈ": "Lj", "ǉ": "lj", "Ǌ": "NJ", "ǋ": "Nj", "ǌ": "nj", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl",
        "ﬅ": "ſt", "ﬆ": "st",
    ]
}

extension TextPattern {
    fileprivate static let lineBreak = known(#"\r\n|\r|\x{2028}|\x{2029}|\x{85}"#)
    fileprivate static let terminalEscape = known(#"\x{1B}\[(?:\d|;)*[a-zA-Z]"#)

    /// Creates an expression that is known to be right.
    static func known(_ pattern: String, ignoresCase: Bool = false) -> TextPattern {
        guard let result = TextPattern(pattern, ignoresCase: ignoresCase) else {
            preconditionFailure("\(pattern) is no regular expression")
        }
        return result
    }
}
