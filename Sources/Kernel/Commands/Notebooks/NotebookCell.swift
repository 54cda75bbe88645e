import Jupyter
import Platform

/// A cell of a notebook, with everything that the file says of it.
package struct NotebookCell: Hashable, Sendable {
    /// The cell as it stands in the file.
    package var members: [String: JSON]

    /// A cell as it stands in a file.
    ///
    /// - Throws: what is wrong with it.
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

    /// A new code cell; `id` is nil where the format has no names of cells.
    init(code: String, tags: [String], id: String?) {
        members = [
            "cell_type": "code", "execution_count": nil, "outputs": [], "source": linesOfText(code),
            "metadata": ["tags": .array(tags.map { .string($0) })],
        ]
        if let id { members["id"] = .string(id) }
    }

    /// What stands in it.
    package var source: String { joinedLines(members["source"]) ?? "" }

    /// Whether it holds code.
    package var isCode: Bool { members["cell_type"] == "code" }

    /// The words by which tools know what to do with it.
    package var tags: [String] { metadata["tags"]?.array?.compactMap(\.string) ?? [] }

    /// Whether there is something to run: code that is not tagged `skip-execution`.
    package var runs: Bool {
        isCode && !source.allSatisfy(\.isWhitespace) && !tags.contains("skip-execution")
    }

    /// Whether an error in it is meant, or at least no reason to stop.
    package var allowsErrors: Bool {
        tags.contains("raises-exception") || metadata["execution"]?["allow_errors"] == true
    }

    /// What the file says about the cell.
    package var metadata: [String: JSON] {
        get { members["metadata"]?.object ?? [:] }
        set { members["metadata"] = .object(newValue) }
    }

    /// What the cell showed.
    package var outputs: [JSON] {
        get { members["outputs"]?.array ?? [] }
        set { members["outputs"] = .array(newValue) }
    }

    /// The number in front of the cell.
    package var executionCount: Int? {
        get { members["execution_count"]?.integer }
        set { members["execution_count"] = newValue.map { .integer($0) } ?? .null }
    }
}

/// Text that a notebook holds, as one string or as a list of lines; nil for anything else.
func joinedLines(_ json: JSON?) -> String? {
    switch json {
    case .string(let text): return text
    case .array(let lines):
        let texts = lines.compactMap(\.string)
        return texts.count == lines.count ? texts.joined() : nil
    default: return nil
    }
}

/// Text as notebooks hold it: a list of lines with their ends, split where Python's `splitlines` does.
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
