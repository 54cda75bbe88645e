import Cells

/// A parameter of a notebook from the command line: `--set name=value`.
package struct NotebookParameter: Hashable, Sendable {
    /// The variable's name.
    package let name: String
    /// Its value, as an expression of a cell.
    package let source: String

    /// Parses `name=value`; returns nil if there is no `=`, or if the name is not a valid variable name.
    ///
    /// A value that is a literal of the cell language is used as such: numbers, `true`, `false`, `nil`, `"text"`,
    /// `0..<8`, lists and dictionaries of these. Everything else is text: `name=vit` means `"vit"`.
    package init?(_ assignment: String) {
        guard let equals = assignment.firstIndex(of: "=") else { return nil }
        let value = String(assignment[assignment.index(after: equals)...])
        name = String(assignment[..<equals])
        guard CellText.isName(name) else { return nil }
        source = CellText.isLiteral(value) ? value : CellText.literal(value)
    }

    /// Returns the names of the variables that a cell declares; nil if the cell cannot be parsed.
    static func names(in source: String) -> [String]? { CellText.declaredNames(in: source) }
}
