import Jupyter
import Logging
import Platform
import Synchronization

/// Executes a notebook from its first cell to its last, as a front-end of a kernel in this process.
package final class NotebookRunner: Sendable {
    /// The outcome of a run.
    package enum Ending: Hashable, Sendable {
        /// Every cell ran.
        case finished
        /// A cell failed, and the following ones did not run.
        case failed(cell: Int, failure: CellFailure)
        /// The run was interrupted in this cell, or before it.
        case interrupted(cell: Int)
    }

    /// An event of a run.
    package enum Event: Hashable, Sendable {
        /// A cell starts. Cells are counted from 1, without those that do not run.
        case began(cell: Int, of: Int, source: String)
        /// The running cell wrote or displayed this text.
        case showed(String)
        /// The cell has ended.
        case ended(cell: Int, seconds: Double)
    }

    private let transport = DirectTransport()
    private let server: KernelServer
    private let session = randomIdentifier()
    private let sent = Atomic<Int>(0)
    private let interrupts = Atomic<Int>(0)
    private let firstSignal = Atomic<Int32>(0)

    /// Starts a kernel whose cells `runner` runs.
    package init(runner: any CellRunner = Session(), logger: Logger = Logger(label: "vitrine")) {
        let options = KernelServer.Options(handlesSignals: false, watchesParent: false, history: .memory)
        let server = KernelServer(transport: transport, runner: runner, options: options, logger: logger)
        self.server = server
        startThread(name: "kernel", stackBytes: 8 << 20) {
            do { try server.run() } catch { logger.error("\(error)") }
        }
    }

    deinit { server.stop() }

    /// Stops the running cell, which keeps its output, and runs no further cells.
    ///
    /// Can be called from any thread. The second call does not wait for the cell any longer.
    package func interrupt() {
        if interrupts.add(1, ordering: .relaxed).newValue > 1 { return transport.close() }
        send(InterruptRequest.type, on: .control)
    }

    /// Installs handlers that interrupt the run on SIGINT and SIGTERM.
    package func interruptOnSignals() {
        Signals.installed.watch { [weak self] signal in
            guard let self else { return false }
            _ = firstSignal.compareExchange(expected: 0, desired: signal, ordering: .relaxed)
            interrupt()
            return true
        }
    }

    /// The signal that interrupted the run; nil if there was none.
    package var signal: Int32? {
        let number = firstSignal.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// Runs the cells, and writes their output into the notebook.
    ///
    /// - Parameters:
    ///   - notebook: the notebook. The old outputs of all cells that run are removed first.
    ///   - allowsErrors: whether to continue after a cell that fails. The notebook and its cells can allow that too.
    ///   - observe: called for each event, with the current state of the notebook.
    package func run(
        _ notebook: inout Notebook, allowsErrors: Bool = false, observe: (Event, Notebook) -> Void = { _, _ in }
    ) -> Ending {
        var outputs = NotebookOutputs()
        let indices = notebook.cells.indices.filter { notebook.cells[$0].runs }
        for index in indices { outputs.begin(index, of: &notebook) }
        describeLanguage(in: &notebook)
        for (offset, index) in indices.enumerated() {
            let number = offset + 1
            if isInterrupted { return .interrupted(cell: number) }
            observe(.began(cell: number, of: indices.count, source: notebook.cells[index].source), notebook)
            let start = steadySeconds()
            outputs.begin(index, of: &notebook)
            let reply = runCell(index, of: &notebook, outputs: &outputs) { observe(.showed($0), $1) }
            if isInterrupted || reply == nil { return .interrupted(cell: number) }
            observe(.ended(cell: number, seconds: steadySeconds() - start), notebook)
            let isFatal = !(allowsErrors || notebook.allowsErrors || notebook.cells[index].allowsErrors)
            if isFatal, let reply, let failure = CellFailure(reply) {
                return .failed(cell: number, failure: failure)
            }
        }
        return isInterrupted ? .interrupted(cell: indices.count) : .finished
    }

    private var isInterrupted: Bool { interrupts.load(ordering: .relaxed) > 0 }

    /// Runs one cell to its end.
    ///
    /// - Returns: the content of the reply; nil after a second interrupt.
    private func runCell(
        _ index: Int, of notebook: inout Notebook, outputs: inout NotebookOutputs, show: (String, Notebook) -> Void
    ) -> JSON? {
        let id = send(
            ExecuteRequest.type,
            ["code": .string(notebook.cells[index].source), "allow_stdin": false, "stop_on_error": false], on: .shell)
        var times = ExecutionTimes()
        defer {
            outputs.end(index, of: &notebook)
            times.write(to: &notebook.cells[index])
        }
        var reply: JSON?
        var isIdle = false
        while reply == nil || !isIdle {
            let messages = transport.receive()
            if messages.isEmpty { return nil }
            // A panel's widgets are updated also after its cell has ended.
            for (channel, message) in messages where channel == .iopub { outputs.widgets.record(message) }
            for (channel, message) in messages where message.parent["msg_id"]?.string == id {
                times.record(message)
                switch (channel, message.header.type) {
                case (.shell, _): reply = message.content
                case (.iopub, Status.type): isIdle = message.content["execution_state"] == "idle"
                default:
                    outputs.record(message, from: index, of: &notebook)
                    if let words = message.words { show(words, notebook) }
                    // An interrupt that arrived just before the cell started had no effect.
                    if message.header.type == ExecuteInput.type, isInterrupted {
                        send(InterruptRequest.type, on: .control)
                    }
                }
            }
        }
        return reply
    }

    /// Writes the language to the notebook's metadata, as Jupyter's front-ends do.
    private func describeLanguage(in notebook: inout Notebook) {
        let id = send(KernelInfoRequest.type, on: .shell)
        while true {
            let messages = transport.receive()
            if messages.isEmpty { return }
            for (channel, message) in messages where channel == .shell && message.parent["msg_id"]?.string == id {
                notebook.metadata["language_info"] = message.content["language_info"]
                return
            }
        }
    }

    @discardableResult
    private func send(_ type: String, _ content: JSON = .emptyObject, on channel: ConnectionFile.Channel) -> String {
        let id = "\(session)_\(sent.add(1, ordering: .relaxed).newValue)"
        let message = Message(header: Header(id: id, type: type, session: session, user: "run"), content: content)
        do throws(WireError) {
            try transport.send(message, on: channel)
        } catch {
            preconditionFailure("Nothing can be sent on \(channel.rawValue).")
        }
        return id
    }
}

extension CellFailure {
    /// Reads the failure from a reply; returns nil for a reply without one.
    fileprivate init?(_ reply: JSON) {
        guard reply["status"] == "error" else { return nil }
        self.init(
            name: reply["ename"]?.string ?? "", message: reply["evalue"]?.string ?? "",
            traceback: reply["traceback"]?.array?.compactMap(\.string) ?? [])
    }
}

extension Message {
    /// The message's output as text for a terminal; nil if it has none.
    fileprivate var words: String? {
        switch header.type {
        case DisplayData.type, UpdateDisplayData.type: content["data"]?["text/plain"]?.string
        case StreamText.type: content["text"]?.string
        default: nil
        }
    }
}
