import Jupyter
import VitrineEngine

/// The most likely classes as bars, or as text with a line each, best first.
struct ClassificationDisplay {
    /// The classification.
    let classification: Classification

    /// The number of classes to show.
    let count: Int

    /// The list as HTML and as text.
    var bundle: MIMEBundle {
        let top = classification.candidates.prefix(count)
        let plain = top.map { "\(Self.percent($0.probability))  \($0.name)" }
        let rows = top.map { candidate in
            let width = max(1, Int(candidate.probability * 200))
            return """
                <tr><td style="text-align:left">\(escaped(candidate.name))</td>\
                <td style="text-align:left"><div style="width:\(width)px;height:10px;border-radius:2px;\
                background:#3574e2"></div></td><td>\(Self.percent(candidate.probability))</td></tr>
                """
        }
        return MIMEBundle(
            plain: plain.joined(separator: "\n"), html: "<table><tbody>\(rows.joined())</tbody></table>")
    }

    private static func percent(_ probability: Float) -> String {
        let text = (Double(probability) * 100).formatted(digits: 1)
        return String(repeating: " ", count: max(0, 5 - text.count)) + text + " %"
    }
}
