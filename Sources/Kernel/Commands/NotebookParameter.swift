import Cells

/// A variable that is given to a notebook from outside: `--set name=value`.
public struct NotebookParameter: Hashable, Sendable {
    /// The variable's name.
    public let name: String
    /// Its value, as a cell would say it.
    public let source: String

    /// Reads `name=value`; nil when there is no `=`, or no variable can have the name.
    ///
    /// A value that is a literal in a cell is taken as that: numbers, `true`, `false`, `nil`, `"text"`, `0..<8`, lists and
    /// dictionaries of these. Everything else is text as it stands: `name=vit` means `"vit"`.
    public init?(_ assignment: String) {
        guard let equals = assignment.firstIndex(of: "=") else { return nil }
        let value = String(assignment[assignment.index(after: equals)...])
        name = String(assignment[..<equals])
        guard CellText.isName(name) else { return nil }
        source = CellText.isLiteral(value) ? value : CellText.literal(value)
    }

    /// The variables that a cell declares; nil when it cannot be read.
    static func names(in source: String) -> [String]? { CellText.declaredNames(in: source) }
}
