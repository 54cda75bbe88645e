import Jupyter
import Platform

/// Writes a kernel's output into a notebook's cells, as nbclient does.
struct NotebookOutputs {
    /// The outputs of each display that can be updated: indices of cells and of their outputs.
    private var places: [String: [(cell: Int, output: Int)]] = [:]
    /// The widgets of all cells.
    var widgets = NotebookWidgets()
    /// Whether the next output clears the cell's outputs.
    private var clearsBeforeNext = false

    /// Clears a cell's old outputs before it runs.
    mutating func begin(_ cell: Int, of notebook: inout Notebook) {
        clear(cell, of: &notebook)
        notebook.cells[cell].executionCount = nil
        clearsBeforeNext = false
    }

    /// Adds a message that a cell has caused.
    mutating func record(_ message: Message, from cell: Int, of notebook: inout Notebook) {
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

    /// Completes a cell's outputs after it has run: splits text into lines, and writes the state of the widgets.
    func end(_ cell: Int, of notebook: inout Notebook) {
        widgets.write(to: &notebook)
        notebook.cells[cell].outputs = notebook.cells[cell].outputs.map { output in
            guard output["output_type"] == "stream", var members = output.object, let text = output["text"]?.string
            else { return output }
            members["text"] = linesOfText(text)
            return .object(members)
        }
    }

    /// Appends text to the last output if that is of the same stream, or else adds an output.
    private mutating func write(_ content: JSON, in cell: Int, of notebook: inout Notebook) {
        let (name, text) = (content["name"] ?? "stdout", content["text"]?.string ?? "")
        if !clearsBeforeNext, let last = notebook.cells[cell].outputs.last, last["output_type"] == "stream",
            last["name"] == name
        {
            let index = notebook.cells[cell].outputs.count - 1
            let whole = (last["text"]?.string ?? "") + text
            notebook.cells[cell].outputs[index] = ["output_type": "stream", "name": name, "text": .string(whole)]
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

    /// Replaces the contents of all outputs of a display.
    private func update(_ id: String, _ content: JSON, in notebook: inout Notebook) {
        for (cell, output) in places[id] ?? [] {
            guard var members = notebook.cells[cell].outputs[output].object else { continue }
            members.merge(shown(content)) { $1 }
            notebook.cells[cell].outputs[output] = .object(members)
        }
    }

    /// Returns the data and metadata of a display.
    private func shown(_ content: JSON) -> [String: JSON] {
        var data = content["data"]?.object ?? [:]
        for (type, value) in data {
            // nbformat defines which types are lists of lines.
            guard let text = value.string,
                type.hasPrefix("text/") || ["application/javascript", "image/svg+xml"].contains(type)
            else { continue }
            data[type] = linesOfText(text)
        }
        return ["data": .object(data), "metadata": content["metadata"] ?? .emptyObject]
    }
}
