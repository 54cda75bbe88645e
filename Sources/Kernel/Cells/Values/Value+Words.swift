/// Returns a name with its indefinite article as read aloud: "a Kind", "an Item", "an R".
func withArticle(_ name: String) -> String {
    // Abbreviations are spelled out when read aloud.
    let isSpelled = name.count <= 5 && name.prefix(2).allSatisfy(\.isUppercase) || name.count == 1
    let vowels = isSpelled ? "AEFHILMNORSXaefhilmnorsx" : "AEIOaeio"
    return "\(name.first.map { vowels.contains($0) } == true ? "an" : "a") \(name)"
}

extension Value {
    /// The type of the value, as far as it is known without looking inside.
    package var type: ValueType {
        switch self {
        case .nothing: .nothing
        case .boolean: .boolean
        case .integer: .integer
        case .number: .number
        case .string: .string
        case .array: .list(.any)
        case .dictionary: .dictionary
        case .range: .range
        case .tuple(let elements): elements.isEmpty ? .void : .tuple([])
        case .symbol: .symbol([])
        case .function: .function
        case .object(let object): .object(object.kind)
        }
    }

    /// The type in the user's words: "a whole number", "text", "a list", "a model".
    package var typeWords: String { type.words }

    /// The type in the user's words with the value itself if it is short: `text ("many")`, `a whole number (3)`.
    package var descriptiveWords: String {
        switch self {
        case .nothing, .object, .array, .dictionary, .tuple: return typeWords
        case .boolean(let value): return "\(value)"
        case .function(let callable): return "the function `\(callable.signature.name)`"
        case .integer, .number, .string, .range, .symbol:
            let text = quotedText
            return text.count <= 40 ? "\(typeWords) (\(text))" : typeWords
        }
    }
}
