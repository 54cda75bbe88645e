import Foundation

/// A step that changes a text before it is cut into words.
///
/// - Source: Hugging Face's tokenizers, `normalizers`.
enum TextNormalization: Sendable {
    /// Unicode's four normal forms.
    case nfc, nfd, nfkc, nfkd
    /// Lower case, character by character.
    case lowercase
    /// Replaces the matches of a pattern.
    case replace(TextPattern, with: String)
    /// Removes white space at the ends.
    case strip(left: Bool, right: Bool)
    /// Removes the marks that are characters of their own.
    case stripAccents
    /// Puts a text before a text that is not empty.
    case prepend(String)
    /// SentencePiece's table of replacements.
    case table(CharacterTable)

    /// Returns the changed text.
    func apply(to text: String) -> String {
        switch self {
        case .nfc: return text.precomposedStringWithCanonicalMapping
        case .nfd: return text.decomposedStringWithCanonicalMapping
        case .nfkc: return text.precomposedStringWithCompatibilityMapping
        case .nfkd: return text.decomposedStringWithCompatibilityMapping
        case .lowercase: return text.lowercasedByCharacter
        case .replace(let pattern, let replacement): return pattern.replacing(in: text, with: replacement)
        case .strip(let left, let right):
            var scalars = Substring(text).unicodeScalars
            while left, scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
            while right, scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
            return String(scalars)
        case .stripAccents:
            var kept = String.UnicodeScalarView()
            kept.append(contentsOf: text.unicodeScalars.filter { $0.properties.generalCategory != .nonspacingMark })
            return String(kept)
        case .prepend(let start): return text.isEmpty ? text : start + text
        case .table(let table): return table.apply(to: text)
        }
    }
}

extension String {
    /// Lower case without regard to a character's neighbors, as Rust's `char::to_lowercase`.
    var lowercasedByCharacter: String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars { result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars) }
        return String(result)
    }
}
