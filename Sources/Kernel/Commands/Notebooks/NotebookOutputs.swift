import Jupyter
import Platform

/// Puts what a kernel publishes into a notebook's cells, as nbclient does it.
struct NotebookOutputs {
    /// Where each display is shown that can be updated: cells and the places among their outputs.
    private var places: [String: [(cell: Int, output: Int)]] = [:]
    /// The widgets of all cells.
    var widgets = NotebookWidgets()
    /// Whether the cell's outputs go when the next one comes.
    private var clearsBeforeNext = false

    /// A cell begins: what it showed before goes.
    mutating func begin(_ cell: Int, of notebook: inout Notebook) {
        clear(cell, of: &notebook)
        notebook.cells[cell].executionCount = nil
        clearsBeforeNext = false
    }

    /// Takes a message that a cell has caused.
    mutating func take(_ message: Message, from cell: Int, of notebook: inout Notebook) {
        let content = message.content
        switch message.header.type {
        case ExecuteInput.type:
            if let count = content["execution_count"]?.integer { notebook.cells[cell].executionCount = count }
        case StreamText.type: write(content, in: cell, of: &notebook)
        case ErrorMessage.type:
            let names = ["ename", "evalue", "traceback"]
            add(Dictionary(uniqueKeysWithValues: names.map { ($0, content[$0] ?? .null) }), "error", cell, &notebook)
        case DisplayData.type:
            let id = content["transient"]?["display_id"]?.string
            if let id { update(id, content, in: &notebook) }
            add(shown(content), "display_data", cell, &notebook)
            if let id { places[id, default: []].append((cell, notebook.cells[cell].outputs.count - 1)) }
        case UpdateDisplayData.type:
            if let id = content["transient"]?["display_id"]?.string { update(id, content, in: &notebook) }
        case ExecuteResult.type:
            var members = shown(content)
            members["execution_count"] = content["execution_count"] ?? .null
            add(members, "execute_result", cell, &notebook)
        case ClearOutput.type:
            if content["wait"] == true {
                clearsBeforeNext = true
            } else {
                clear(cell, of: &notebook)
            }
        default: break
        }
    }

    /// A cell has ended: what it wrote becomes lines, and the widgets are as they are now.
    func end(_ cell: Int, of notebook: inout Notebook) {
        widgets.write(to: &notebook)
        notebook.cells[cell].outputs = notebook.cells[cell].outputs.map { output in
            guard output["output_type"] == "stream", var members = output.object, let text = output["text"]?.string
            else { return output }
            members["text"] = linesOfText(text)
            return .object(members)
        }
    }

    /// Text goes on in the output before it, when that is of the same stream.
    private mutating func write(_ content: JSON, in cell: Int, of notebook: inout Notebook) {
        let (name, text) = (content["name"] ?? "stdout", content["text"]?.string ?? "")
        if !clearsBeforeNext, let last = notebook.cells[cell].outputs.last, last["output_type"] == "stream",
            last["name"] == name
        {
            let place = notebook.cells[cell].outputs.count - 1
            let whole = (last["text"]?.string ?? "") + text
            notebook.cells[cell].outputs[place] = ["output_type": "stream", "name": name, "text": .string(whole)]
        } else {
            add(["name": name, "text": .string(text)], "stream", cell, &notebook)
        }
    }

    private mutating func add(_ members: [String: JSON], _ type: String, _ cell: Int, _ notebook: inout Notebook) {
        if clearsBeforeNext {
            clear(cell, of: &notebook)
            clearsBeforeNext = false
        }
        notebook.cells[cell].outputs.append(.object(members.merging(["output_type": .string(type)]) { $1 }))
    }

    private mutating func clear(_ cell: Int, of notebook: inout Notebook) {
        notebook.cells[cell].outputs = []
        for id in places.keys { places[id]?.removeAll { $0.cell == cell } }
    }

    /// Shows something else wherever a display is shown.
    private func update(_ id: String, _ content: JSON, in notebook: inout Notebook) {
        for (cell, output) in places[id] ?? [] {
            guard var members = notebook.cells[cell].outputs[output].object else { continue }
            members.merge(shown(content)) { $1 }
            notebook.cells[cell].outputs[output] = .object(members)
        }
    }

    /// Data and metadata of something shown.
    private func shown(_ content: JSON) -> [String: JSON] {
        var data = content["data"]?.object ?? [:]
        for (type, value) in data {
            // Which forms are lists of lines is nbformat's choice.
            guard let text = value.string,
                type.hasPrefix("text/") || ["application/javascript", "image/svg+xml"].contains(type)
            else { continue }
            data[type] = linesOfText(text)
        }
        return ["data": .object(data), "metadata": content["metadata"] ?? .emptyObject]
    }
}
