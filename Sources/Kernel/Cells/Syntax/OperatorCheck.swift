import SwiftOperators
import SwiftSyntax

/// Finds operators that cells do not have, and those that Swift does not allow next to each other.
struct OperatorCheck {
    let source: SourceText

    /// The binary operators of the cell language.
    static let known: Set<String> = [
        "+", "-", "*", "/", "%", "&+", "&-", "&*", "&", "|", "^", "<<", ">>", "==", "!=", "<", "<=", ">",
        ">=",
        "&&", "||", "??", "..<", "...", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "===", "!==",
    ]

    func check(_ sequence: SequenceExprSyntax) throws(CellError) {
        guard sequence.elements.count <= 2 * Limits.operators else {
            throw source.error(
                .tooLarge, "This expression has more than \(Limits.operators) operators.",
                at: Place(of: sequence))
        }
        let elements = Array(sequence.elements)
        for (index, element) in elements.enumerated() {
            guard let operation = element.as(BinaryOperatorExprSyntax.self)?.operator else { continue }
            if !Self.known.contains(operation.text) {
                let sides = index > 0 && index + 1 < elements.count ? (elements[index - 1], elements[index + 1]) : nil
                throw unknown(operation, between: sides)
            }
        }
        guard sequence.elements.count > 3 else { return }
        var problem: CellError?
        _ = OperatorTable.standardOperators.foldSingle(sequence) { error in
            if problem == nil { problem = explanation(of: error, in: sequence) }
        }
        if let problem { throw problem }
    }

    private func unknown(_ operation: TokenSyntax, between sides: (ExprSyntax, ExprSyntax)?) -> CellError {
        if ["..", "..="].contains(operation.text), let (left, right) = sides {
            let ends = (left.trimmedDescription, right.trimmedDescription)
            let range = operation.text == ".." ? "\(ends.0)..<\(ends.1)" : "\(ends.0)...\(ends.1)"
            return source.error(
                .unsupported,
                "Swift has no range `\(ends.0)\(operation.text)\(ends.1)`: write `\(range)`"
                    + (operation.text == ".." ? ", which ends before \(ends.1)." : "."),
                at: Place(of: left))
        }
        let hint =
            switch operation.text {
            case "**": " Write `pow(x, 2)` or `x * x`."
            case "<>": " Write `!=`."
            case "//=": " `Int(x / y)` drops the fraction."
            case ":=": " Write `let x = …`."
            case "->": " `->` goes before the result type of a `func`."
            default: ""
            }
        return source.error(
            .unsupported, "Swift has no operator `\(operation.text)` here.\(hint)", at: Place(of: operation))
    }

    private func explanation(of error: OperatorError, in sequence: SequenceExprSyntax) -> CellError {
        guard case .incomparableOperators(let left, _, let right, _) = error else {
            return source.error(.syntax, error.message, at: Place(of: sequence))
        }
        let names = (left.trimmedDescription, right.trimmedDescription)
        return source.error(
            .syntax,
            names.0 == names.1
                ? "Swift does not chain `\(names.0)`. Put one of them in parentheses, or join them with `&&`."
                : "Swift has no precedence between `\(names.0)` and `\(names.1)`. Put one of them in parentheses.",
            at: Place(of: right))
    }
}
