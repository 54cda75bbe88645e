import Jupyter

/// Rows under headings, as HTML and as aligned text.
struct Table: Sendable {
    /// The column headings.
    var headings: [String]
    /// The rows: a cell for each heading.
    var rows: [[String]]
    /// The columns of names and addresses, which are set as code.
    var codeColumns: Set<Int> = [0]
    /// A line under the table.
    var footnote = ""

    /// The table as HTML and as text.
    var bundle: MIMEBundle { MIMEBundle(plain: plain, html: html) }

    /// The table as text: columns aligned with spaces, two between them.
    var plain: String {
        let all = [headings] + rows
        let widths = headings.indices.map { column in all.map { $0[column].unicodeScalars.count }.max() ?? 0 }
        let lines = all.map { row in
            row.enumerated().map { column, cell in
                column == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.unicodeScalars.count)
            }.joined(separator: "  ")
        }
        return (lines + (footnote.isEmpty ? [] : [footnote])).joined(separator: "\n")
    }

    private var html: String {
        // A column without a heading has no header cell: a screen reader would read an empty one with each cell below.
        let head = headings.map {
            $0.isEmpty ? "<td></td>" : "<th scope=\"col\" style=\"text-align:left\">\(escaped($0))</th>"
        }.joined()
        let thead = headings.allSatisfy(\.isEmpty) ? "" : "<thead><tr>\(head)</tr></thead>"
        let body = rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let isCode = codeColumns.contains(column) && !cell.isEmpty
                let text = isCode ? "<code>\(escaped(cell))</code>" : escaped(cell)
                // The first column holds names, which are not wrapped; the others may hold sentences.
                return "<td style=\"text-align:left\(column == 0 ? ";white-space:nowrap" : "")\">\(text)</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        let foot = footnote.isEmpty ? "" : "<p style=\"opacity:.7;margin:.3em 0\">\(escaped(footnote))</p>"
        return "<table>\(thead)<tbody>\(body.joined())</tbody></table>\(foot)"
    }
}
