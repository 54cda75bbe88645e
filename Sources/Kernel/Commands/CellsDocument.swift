import Cells

/// The page `docs/cells.md`: every command, generated from the declarations.
package enum CellsDocument {
    /// The whole page as Markdown.
    package static var markdown: String {
        ([introduction] + signatures.map(section)).joined(separator: "\n\n") + "\n"
    }

    /// The commands' declarations, in the page's order.
    package static var signatures: [Signature] { CommandList(store: ModelStore()).all.map(\.signature) }

    private static let introduction = """
        # What cells can call

        Written by `make docs` from the commands' own declarations: change those, not this page. In a notebook, \
        `help(render)` shows a section of it, `help()` the list, and `render?` opens the pager.
        """

    private static func section(_ signature: Signature) -> String {
        var parts = ["## \(signature.name)", "```swift\n\(signature.swiftText)\n```", signature.summary]
        if !signature.discussion.isEmpty { parts.append(signature.discussion) }
        if !signature.parameters.isEmpty { parts.append(parameterTable(signature).joined(separator: "\n")) }
        if !signature.example.isEmpty { parts.append("```swift\n\(signature.example)\n```") }
        return parts.joined(separator: "\n\n")
    }
}
