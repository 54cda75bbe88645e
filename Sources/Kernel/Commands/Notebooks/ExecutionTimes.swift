import Jupyter
import Platform

/// The times of a cell's messages, which nbclient and JupyterLab record in the cell's metadata.
struct ExecutionTimes {
    private static let names = [
        "iopub.execute_input", "iopub.status.busy", "iopub.status.idle", "shell.execute_reply",
    ]

    private var times: [String: JSON] = [:]

    /// Records the time of a message that the cell has caused.
    mutating func record(_ message: Message) {
        switch message.header.type {
        case ExecuteInput.type: times["iopub.execute_input"] = .string(message.header.date)
        case ExecuteReply.type: times["shell.execute_reply"] = .string(message.header.date)
        case Status.type:
            guard let state = message.content["execution_state"]?.string else { return }
            times["iopub.status.\(state)"] = .string(message.header.date)
        default: break
        }
    }

    /// Replaces the times in the cell's metadata.
    func write(to cell: inout NotebookCell) {
        var record = cell.metadata["execution"]?.object ?? [:]
        for name in Self.names { record[name] = times[name] }
        cell.metadata["execution"] = .object(record)
    }
}
