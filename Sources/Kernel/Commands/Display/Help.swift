import Cells
import Jupyter

/// Returns the help of a declaration as Markdown and as plain text: signature, parameters, example.
func help(for signature: Signature) -> MIMEBundle {
    var markdown = ["```swift", signature.swiftText, "```", signature.summary]
    var plain = [signature.swiftText, "", signature.summary]
    if !signature.discussion.isEmpty {
        markdown += ["", signature.discussion]
        plain += ["", signature.discussion]
    }
    if !signature.parameters.isEmpty {
        markdown += [""] + parameterTable(signature)
        plain += [""] + signature.parameters.map(parameterLine)
    }
    if !signature.example.isEmpty {
        markdown += ["", "```swift", signature.example, "```"]
        plain += [""] + signature.example.split(separator: "\n").map { "    \($0)" }
    }
    return MIMEBundle(plain: plain.joined(separator: "\n"), markdown: markdown.joined(separator: "\n"))
}

/// Returns a declaration's parameters as a Markdown table.
func parameterTable(_ signature: Signature) -> [String] {
    ["| parameter | takes | if left out | meaning |", "|:---|:---|:---|:---|"]
        + signature.parameters.map { parameter in
            let usual = parameter.defaultText.map { isCode($0) ? "`\($0)`" : $0 } ?? ""
            return "| `\(parameter.name)` | \(parameter.type.words) | \(usual) | \(parameter.summary) |"
        }
}

private func parameterLine(_ parameter: Parameter) -> String {
    "  \(parameter.name): \(parameter.type.words)" + (parameter.defaultText.map { ", \($0) if left out" } ?? "")
        + (parameter.summary.isEmpty ? "" : " — \(parameter.summary)")
}

/// Returns whether a default is a literal rather than words.
private func isCode(_ text: String) -> Bool { !text.contains(" ") || text.hasPrefix("\"") }

/// Returns the help of an object: a table of its members.
func help(for object: any CellObject) -> MIMEBundle {
    let rows = object.members.map { member in
        let call = member.signature?.swiftText ?? "\(member.name): \(member.type.swiftText)"
        return (call: call, summary: member.summary)
    }
    let plain = [object.plainText] + rows.map { "  .\($0.call) — \($0.summary)" }
    let markdown =
        ["**\(object.typeWords)**: \(object.plainText)", "", "| member | meaning |", "|:---|:---|"]
        + rows.map { "| `.\(inTable($0.call))` | \($0.summary) |" }
    return MIMEBundle(plain: plain.joined(separator: "\n"), markdown: markdown.joined(separator: "\n"))
}

/// Escapes a declaration for a cell of a Markdown table, which a bar would end.
private func inTable(_ declaration: String) -> String { declaration.replacing("|", with: "\\|") }

/// Returns the help of what is at the cursor.
func help(for target: InspectionTarget) -> MIMEBundle {
    switch target {
    case .callable(let signature): return help(for: signature)
    case .variable(let name, let value):
        if let callable = value.function { return help(for: callable.signature) }
        var shown = bundle(for: value)
        shown.data["text/plain"] = .string("\(name): \(value.typeWords)\n\(shown.plain ?? "")")
        return shown
    case .member(let member):
        if let signature = member.signature { return help(for: signature) }
        let line = "\(member.name): \(member.type.swiftText)"
        return MIMEBundle(
            plain: "\(line)\n\(member.summary)", markdown: "```swift\n\(line)\n```\n\(member.summary)")
    }
}
