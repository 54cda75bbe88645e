import Jupyter

/// A title over rows of names and texts, which describe a model or a tensor.
struct Card: Sendable {
    /// The name of what the card describes.
    var title: String
    /// The rows.
    var rows: [(name: String, text: String)]

    /// The card as HTML and as text.
    var bundle: MIMEBundle { MIMEBundle(plain: plain, html: html) }

    /// The card as text: a line for each row, the names aligned.
    var plain: String {
        let width = rows.map(\.name.count).max() ?? 0
        let lines = rows.map { name, text in "  \(name)\(String(repeating: " ", count: width - name.count))  \(text)" }
        return ([title] + lines).joined(separator: "\n")
    }

    /// The card as HTML.
    var html: String {
        let body = rows.map { name, text in
            "<tr><th scope=\"row\" style=\"text-align:left;font-weight:normal;opacity:.7;white-space:nowrap\">"
                + "\(escaped(name))</th>"
                + "<td style=\"text-align:left\">\(escaped(text))</td></tr>"
        }
        return
            "<table><caption style=\"text-align:left;font-weight:600;caption-side:top\">\(escaped(title))</caption>"
            + "<tbody>\(body.joined())</tbody></table>"
    }
}
