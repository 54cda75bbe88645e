import Glibc
import Logging

/// A kernel that serves a language over Jupyter's channels.
///
/// ``run()`` makes the calling thread the I/O thread, which owns all protocol state and every socket except
/// the heartbeat's. Cells run on a worker thread, completion and inspection on another.
package final class KernelServer: Sendable {
    private let transport: Transport
    private let runner: any CellRunner
    private let options: Options
    private let logger: Logger
    private let events = EventQueue()

    /// How a kernel uses the process that it runs in.
    package struct Options: Sendable {
        /// Whether SIGINT stops the running cell and SIGTERM ends the kernel.
        package var handlesSignals: Bool
        /// Whether the kernel ends when the process named in `JPY_PARENT_PID` does.
        package var watchesParent: Bool
        /// Where the history of cells is kept.
        package var history: HistoryLocation
        /// How many seconds a launcher may take to acknowledge ports that the kernel chose.
        package var handshakeSeconds: Int

        /// Creates options, by default those of a kernel in a process of its own.
        package init(
            handlesSignals: Bool = true, watchesParent: Bool = true, history: HistoryLocation = .standard,
            handshakeSeconds: Int = 10
        ) {
            self.handlesSignals = handlesSignals
            self.watchesParent = watchesParent
            self.history = history
            self.handshakeSeconds = handshakeSeconds
        }
    }

    /// How messages are carried.
    private enum Transport {
        case sockets(ConnectionFile)
        case lines(input: Int32, output: Int32)
        case direct(DirectTransport)
    }

    /// Creates a kernel that listens at `connection` and runs cells with `runner`.
    package convenience init(
        connection: ConnectionFile, runner: any CellRunner, options: Options = Options(),
        logger: Logger = Logger(label: "vitrine")
    ) {
        self.init(.sockets(connection), runner, options, logger)
    }

    /// Creates a kernel that reads messages as lines of JSON from one file descriptor and writes them to another.
    ///
    /// When the input ends, it finishes all requests and then ends. When the output is closed, it ends at once.
    package convenience init(
        input: Int32, output: Int32, runner: any CellRunner, options: Options = Options(),
        logger: Logger = Logger(label: "vitrine")
    ) {
        self.init(.lines(input: input, output: output), runner, options, logger)
    }

    /// Creates a kernel whose front-end is in this process.
    package convenience init(
        transport: DirectTransport, runner: any CellRunner, options: Options = Options(),
        logger: Logger = Logger(label: "vitrine")
    ) {
        self.init(.direct(transport), runner, options, logger)
    }

    private init(_ transport: Transport, _ runner: any CellRunner, _ options: Options, _ logger: Logger) {
        self.transport = transport
        self.runner = runner
        self.options = options
        self.logger = logger
    }

    /// Serves front-ends until the kernel is asked to end.
    ///
    /// - Throws: an error whose description explains why the channels could not be opened.
    package func run() throws {
        switch transport {
        case .sockets(let connection):
            let context = try SocketContext()
            // Comes last, so that the reply to a shutdown request has been sent when the process ends.
            defer { context.terminate() }
            try serve(connection, in: context)
        case .lines(let input, let output):
            let transport = LineTransport(input: input, output: output, events: events, logger: logger)
            try serve(transport.ports()) { transport.start() }
        case .direct(let transport):
            defer { transport.close() }
            try serve(transport.ports()) {}
        }
    }

    /// Ends the kernel as a shutdown request would, from any thread.
    package func stop() {
        events.post(.stop)
    }

    private func serve(_ connection: ConnectionFile, in context: SocketContext) throws(WireError) {
        // Ends the heartbeat's thread.
        defer { context.shutDown() }
        var connection = try connection.choosingPaths().withNumericAddress()
        let session = ProtocolSession(
            key: connection.key, scheme: connection.scheme, version: connection.protocolVersion)
        func open(_ channel: ConnectionFile.Channel) throws(WireError) -> SocketPort {
            try SocketPort(channel, of: connection, in: context, session: session)
        }
        let (shell, control, stdin, iopub) = (
            try open(.shell), try open(.control), try open(.stdin), try open(.iopub)
        )
        connection.ports = [
            .heartbeat: try Heartbeat.start(connection, in: context), .shell: try shell.socket.port(),
            .control: try control.socket.port(), .stdin: try stdin.socket.port(), .iopub: try iopub.socket.port(),
        ]
        let file = writeConnectionFile(connection)
        defer { if let file { unlink(file) } }
        let ports = Ports(session: session, shell: shell, control: control, stdin: stdin, iopub: iopub)
        let crashRecord = connection.path.flatMap(CrashRecord.path).flatMap(CrashRecord.init)
        defer { crashRecord?.finish() }
        try serve(ports, crashRecord, terminal: TerminalFrontEnd.ofThisProcess) { () throws(WireError) in
            try Handshake(connection)?.register(in: context, within: options.handshakeSeconds)
        }
    }

    /// Serves over the ports until the kernel is asked to end.
    ///
    /// - Parameter begin: called once requests can arrive, and before any is answered.
    private func serve(
        _ ports: Ports, _ crashRecord: CrashRecord? = nil, terminal: TerminalFrontEnd? = nil,
        begin: () throws(WireError) -> Void
    ) throws(WireError) {
        // Signals from here on are queued for the loop.
        let signals = options.handlesSignals ? Signals.installed : nil
        let loop = Loop(
            ports: ports, runner: runner, history: HistoryStore(location: options.history, logger: logger),
            crashRecord: crashRecord, events: events, terminal: terminal, logger: logger)
        try begin()
        try loop.run(signals: signals, parent: options.watchesParent ? ParentWatch() : nil)
        events.close()
        loop.finish()
    }

    /// Writes a connection file, without which only the launcher's own front-end finds the kernel.
    ///
    /// - Returns: the file's path; `nil` if none is needed or it could not be written.
    private func writeConnectionFile(_ connection: ConnectionFile) -> String? {
        do throws(ConnectionFileError) {
            return try connection.writeConnectionFile()
        } catch {
            logger.warning("\(error)")
            return nil
        }
    }
}
