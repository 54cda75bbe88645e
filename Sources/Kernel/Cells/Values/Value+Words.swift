/// A name with the article that it is read with: "a Kind", "an Item", "an R".
func withArticle(_ name: String) -> String {
    // Letters alone are read as letters are called.
    let isSpelled = name.count <= 5 && name.prefix(2).allSatisfy(\.isUppercase) || name.count == 1
    let vowels = isSpelled ? "AEFHILMNORSXaefhilmnorsx" : "AEIOaeio"
    return "\(name.first.map { vowels.contains($0) } == true ? "an" : "a") \(name)"
}

extension Value {
    /// What the value is, as far as that is seen without looking into it.
    public var type: ValueType {
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

    /// What the value is, in the user's words: "a whole number", "text", "a list", "a model".
    public var typeWords: String { type.words }

    /// What the value is and, where that is short, which: `text ("many")`, `a whole number (3)`.
    public var descriptiveWords: String {
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
