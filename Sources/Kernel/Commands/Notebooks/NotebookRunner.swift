import Jupyter
import Logging
import Platform
import Synchronization

/// Executes a notebook from its first cell to its last, as a front-end of a kernel in this process.
public final class NotebookRunner: Sendable {
    /// How the run came to its end.
    public enum Ending: Hashable, Sendable {
        /// Every cell ran.
        case finished
        /// A cell failed, and those behind it did not run.
        case failed(cell: Int, failure: CellFailure)
        /// It was interrupted in this cell, or before it.
        case interrupted(cell: Int)
    }

    /// What happens in a run.
    public enum Event: Hashable, Sendable {
        /// A cell begins. Cells that do not run are not counted, the first is 1.
        case began(cell: Int, of: Int, source: String)
        /// The running cell showed something; in words.
        case showed(String)
        /// The cell is done.
        case ended(cell: Int, seconds: Double)
    }

    private let transport = DirectTransport()
    private let server: KernelServer
    private let session = randomIdentifier()
    private let sent = Atomic<Int>(0)
    private let interrupts = Atomic<Int>(0)
    private let firstSignal = Atomic<Int32>(0)

    /// A run whose cells `runner` runs.
    public init(runner: any CellRunner = Session(), logger: Logger = Logger(label: "vitrine")) {
        let options = KernelServer.Options(handlesSignals: false, watchesParent: false, history: .memory)
        let server = KernelServer(transport: transport, runner: runner, options: options, logger: logger)
        self.server = server
        startThread(name: "kernel", stackBytes: 8 << 20) {
            do { try server.run() } catch { logger.error("\(error)") }
        }
    }

    deinit { server.stop() }

    /// Stops the running cell, which keeps what it has shown; no other is run.
    ///
    /// From any thread. Called again, the cell is no longer waited for.
    public func interrupt() {
        if interrupts.add(1, ordering: .relaxed).newValue > 1 { return transport.close() }
        send(InterruptRequest.type, on: .control)
    }

    /// Has SIGINT and SIGTERM interrupt the run, in this process from now on.
    public func interruptOnSignals() {
        Signals.installed.watch { [weak self] signal in
            guard let self else { return false }
            _ = firstSignal.compareExchange(expected: 0, desired: signal, ordering: .relaxed)
            interrupt()
            return true
        }
    }

    /// The signal that interrupted the run; nil when none did.
    public var signal: Int32? {
        let number = firstSignal.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// Runs the cells, and puts what they show into the notebook.
    ///
    /// - Parameters:
    ///   - notebook: the cells that are to run lose their old outputs first.
    ///   - allowsErrors: whether a cell that fails is no reason to stop. The notebook and its cells can say so too.
    ///   - observe: is told what happens, with the notebook as it is then.
    public func run(
        _ notebook: inout Notebook, allowsErrors: Bool = false, observe: (Event, Notebook) -> Void = { _, _ in }
    ) -> Ending {
        var outputs = NotebookOutputs()
        let places = notebook.cells.indices.filter { notebook.cells[$0].runs }
        for place in places { outputs.begin(place, of: &notebook) }
        describeLanguage(in: &notebook)
        for (index, place) in places.enumerated() {
            let number = index + 1
            if isInterrupted { return .interrupted(cell: number) }
            observe(.began(cell: number, of: places.count, source: notebook.cells[place].source), notebook)
            let start = steadySeconds()
            outputs.begin(place, of: &notebook)
            let reply = runCell(place, of: &notebook, outputs: &outputs) { observe(.showed($0), $1) }
            if isInterrupted || reply == nil { return .interrupted(cell: number) }
            observe(.ended(cell: number, seconds: steadySeconds() - start), notebook)
            let isFatal = !(allowsErrors || notebook.allowsErrors || notebook.cells[place].allowsErrors)
            if isFatal, let reply, let failure = CellFailure(reply) {
                return .failed(cell: number, failure: failure)
            }
        }
        return isInterrupted ? .interrupted(cell: places.count) : .finished
    }

    private var isInterrupted: Bool { interrupts.load(ordering: .relaxed) > 0 }

    /// Runs one cell to its end.
    ///
    /// - Returns: the content of the reply; nil when the cell is no longer waited for.
    private func runCell(
        _ place: Int, of notebook: inout Notebook, outputs: inout NotebookOutputs, show: (String, Notebook) -> Void
    ) -> JSON? {
        let id = send(
            ExecuteRequest.type,
            ["code": .string(notebook.cells[place].source), "allow_stdin": false, "stop_on_error": false], on: .shell)
        var times = ExecutionTimes()
        defer {
            outputs.end(place, of: &notebook)
            times.write(to: &notebook.cells[place])
        }
        var reply: JSON?
        var isIdle = false
        while reply == nil || !isIdle {
            let messages = transport.receive()
            if messages.isEmpty { return nil }
            // What a panel shows goes on after its cell.
            for (channel, message) in messages where channel == .iopub { outputs.widgets.take(message) }
            for (channel, message) in messages where message.parent["msg_id"]?.string == id {
                times.take(message)
                switch (channel, message.header.type) {
                case (.shell, _): reply = message.content
                case (.iopub, Status.type): isIdle = message.content["execution_state"] == "idle"
                default:
                    outputs.take(message, from: place, of: &notebook)
                    if let words = message.words { show(words, notebook) }
                    // An interrupt that came just before the cell began has met nothing.
                    if message.header.type == ExecuteInput.type, isInterrupted {
                        send(InterruptRequest.type, on: .control)
                    }
                }
            }
        }
        return reply
    }

    /// Says in the notebook what its language is, as Jupyter's front-ends do.
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
    /// The failure that a reply speaks of; nil when it speaks of none.
    fileprivate init?(_ reply: JSON) {
        guard reply["status"] == "error" else { return nil }
        self.init(
            name: reply["ename"]?.string ?? "", message: reply["evalue"]?.string ?? "",
            traceback: reply["traceback"]?.array?.compactMap(\.string) ?? [])
    }
}

extension Message {
    /// What a message shows, in words for a terminal; nil when it shows nothing.
    fileprivate var words: String? {
        switch header.type {
        case DisplayData.type, UpdateDisplayData.type: content["data"]?["text/plain"]?.string
        case StreamText.type: content["text"]?.string
        default: nil
        }
    }
}
