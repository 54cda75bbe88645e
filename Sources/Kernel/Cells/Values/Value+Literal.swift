extension Value {
    /// The value as the default of a parameter is written: `256`, `0.05`, `1` for a number without a fraction,
    /// `.cosine`.
    var literalText: String {
        if case .number(let number) = self, let whole = Int(exactly: number) { return "\(whole)" }
        return quotedText
    }

    /// Creates the value of a literal that is the default of a parameter.
    ///
    /// For example `256`, `-0.5`, `true`, `nil`, `"text"`, `.cosine`, `[]`. Returns nil for anything else.
    init?(literal text: String) {
        switch text {
        case "nil": self = .nothing
        case "true": self = .boolean(true)
        case "false": self = .boolean(false)
        case "[]": self = .array([])
        default:
            if let whole = Int(text) {
                self = .integer(whole)
            } else if text.first.map({ $0.isNumber || $0 == "-" }) == true, let number = Double(text) {
                self = .number(number)
            } else if text.count >= 2, text.first == "\"", text.last == "\"", !text.contains("\\") {
                self = .string(String(text.dropFirst().dropLast()))
            } else if text.first == ".", text.count > 1,
                text.dropFirst().allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
            {
                self = .symbol(Symbol(String(text.dropFirst())))
            } else {
                return nil
            }
        }
    }
}
