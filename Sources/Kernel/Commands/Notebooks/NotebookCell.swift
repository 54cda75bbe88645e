import Jupyter
import Platform

/// A cell of a notebook, with all members of the file, including unknown ones.
package struct NotebookCell: Hashable, Sendable {
    /// The cell as it is in the file.
    package var members: [String: JSON]

    /// Reads a cell of a file.
    ///
    /// - Throws: the reason why it is invalid.
    init(_ json: JSON) throws(FieldError) {
        guard case .object(let members) = json else { throw FieldError(reason: "is \(json.kind), not an object") }
        self.members = members
        for (name, isRight) in [
            ("cell_type", json["cell_type"]?.string != nil), ("source", joinedLines(json["source"]) != nil),
            ("metadata", json["metadata"] == nil || json["metadata"]?.object != nil),
            ("outputs", json["outputs"] == nil || json["outputs"]?.array != nil),
        ] where !isRight {
            throw FieldError(reason: json[name] == nil ? "has no “\(name)”" : "has a “\(name)” that cannot be read")
        }
    }

    /// Creates a code cell; `id` is nil if the format has no cell identifiers.
    init(code: String, tags: [String], id: String?) {
        members = [
            "cell_type": "code", "execution_count": nil, "outputs": [], "source": linesOfText(code),
            "metadata": ["tags": .array(tags.map { .string($0) })],
        ]
        if let id { members["id"] = .string(id) }
    }

    /// The cell's text.
    package var source: String { joinedLines(members["source"]) ?? "" }

    /// Whether it holds code.
    var isCode: Bool { members["cell_type"] == "code" }

    /// The tags, which tell tools how to treat the cell.
    package var tags: [String] { metadata["tags"]?.array?.compactMap(\.string) ?? [] }

    /// Whether the cell is run: code that is not empty and not tagged `skip-execution`.
    package var runs: Bool {
        isCode && !source.allSatisfy(\.isWhitespace) && !tags.contains("skip-execution")
    }

    /// Whether the run continues after an error in this cell.
    package var allowsErrors: Bool {
        tags.contains("raises-exception") || metadata["execution"]?["allow_errors"] == true
    }

    /// The cell's metadata.
    package var metadata: [String: JSON] {
        get { members["metadata"]?.object ?? [:] }
        set { members["metadata"] = .object(newValue) }
    }

    /// The cell's outputs.
    package var outputs: [JSON] {
        get { members["outputs"]?.array ?? [] }
        set { members["outputs"] = .array(newValue) }
    }

    /// The number beside the cell.
    package var executionCount: Int? {
        get { members["execution_count"]?.integer }
        set { members["execution_count"] = newValue.map { .integer($0) } ?? .null }
    }
}

/// Returns the text that a notebook holds as one string or as a list of lines; nil for anything else.
func joinedLines(_ json: JSON?) -> String? {
    switch json {
    case .string(let text): return text
    case .array(let lines):
        let texts = lines.compactMap(\.string)
        return texts.count == lines.count ? texts.joined() : nil
    default: return nil
    }
}

/// Splits text into lines with their ends, as notebooks hold it, where Python's `splitlines` does.
func linesOfText(_ text: String) -> JSON {
    var lines: [JSON] = []
    var line = String.UnicodeScalarView()
    var afterReturn = false
    for scalar in text.unicodeScalars {
        if afterReturn, scalar != "\n" {
            lines.append(.string(String(line)))
            line = String.UnicodeScalarView()
        }
        line.append(scalar)
        afterReturn = scalar == "\r"
        switch scalar {
        case "\n", "\u{B}", "\u{C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}":
            lines.append(.string(String(line)))
            line = String.UnicodeScalarView()
        default: break
        }
    }
    if !line.isEmpty { lines.append(.string(String(line))) }
    return .array(lines)
}
