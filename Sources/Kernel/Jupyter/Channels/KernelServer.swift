import Glibc
import Logging

/// A kernel: a language behind Jupyter's channels.
///
/// ``run()`` makes the calling thread the I/O thread, which owns every socket but the heartbeat's and
/// all protocol state. Cells run on a worker; completion and the like on another.
public final class KernelServer: Sendable {
    private let way: Way
    private let runner: any CellRunner
    private let options: Options
    private let logger: Logger
    private let events = EventQueue()

    /// What a kernel takes from the process that it runs in.
    public struct Options: Sendable {
        /// Whether SIGINT stops the running cell and SIGTERM ends the kernel.
        public var handlesSignals: Bool
        /// Whether the kernel ends when the process named in `JPY_PARENT_PID` does.
        public var watchesParent: Bool
        /// Where cells are remembered.
        public var history: HistoryLocation
        /// How long a launcher that lets the kernel choose its ports may take to acknowledge them.
        public var handshakeSeconds: Int

        /// What a kernel in a process of its own takes, unless said otherwise.
        public init(
            handlesSignals: Bool = true, watchesParent: Bool = true, history: HistoryLocation = .standard,
            handshakeSeconds: Int = 10
        ) {
            self.handlesSignals = handlesSignals
            self.watchesParent = watchesParent
            self.history = history
            self.handshakeSeconds = handshakeSeconds
        }
    }

    /// How messages travel.
    private enum Way {
        case sockets(ConnectionFile)
        case lines(input: Int32, output: Int32)
        case direct(DirectTransport)
    }

    /// A kernel that will listen at `connection` and run cells with `runner`.
    public convenience init(
        connection: ConnectionFile, runner: any CellRunner, options: Options = Options(),
        logger: Logger = Logger(label: "vitrine")
    ) {
        self.init(.sockets(connection), runner, options, logger)
    }

    /// A kernel that reads messages as lines of JSON from one file descriptor and writes them to another.
    ///
    /// It ends when the input does, after everything that was asked; at once when its output is closed.
    public convenience init(
        input: Int32, output: Int32, runner: any CellRunner, options: Options = Options(),
        logger: Logger = Logger(label: "vitrine")
    ) {
        self.init(.lines(input: input, output: output), runner, options, logger)
    }

    /// A kernel whose front-end is in this process.
    package convenience init(
        transport: DirectTransport, runner: any CellRunner, options: Options = Options(),
        logger: Logger = Logger(label: "vitrine")
    ) {
        self.init(.direct(transport), runner, options, logger)
    }

    private init(_ way: Way, _ runner: any CellRunner, _ options: Options, _ logger: Logger) {
        self.way = way
        self.runner = runner
        self.options = options
        self.logger = logger
    }

    /// Serves front-ends until one asks the kernel to end.
    ///
    /// - Throws: an error whose description says why the channels could not be opened.
    public func run() throws {
        switch way {
        case .sockets(let connection):
            let context = try SocketContext()
            // Last of all, so that the reply to a shutdown request is on its way when the process ends.
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
    public func stop() {
        events.post(.stop)
    }

    private func serve(_ connection: ConnectionFile, in context: SocketContext) throws(WireError) {
        // Ends the heartbeat.
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
        let file = writeForOthers(connection)
        defer { if let file { unlink(file) } }
        let ports = Ports(session: session, shell: shell, control: control, stdin: stdin, iopub: iopub)
        let life = connection.path.flatMap(LifeRecord.path).flatMap(LifeRecord.init)
        defer { life?.finish() }
        try serve(ports, life, terminal: TerminalFrontEnd.ofThisProcess) { () throws(WireError) in
            try Handshake(connection)?.register(in: context, within: options.handshakeSeconds)
        }
    }

    /// Serves over the ports until the kernel is to end.
    ///
    /// - Parameter begin: is called when requests can come, and before any is answered.
    private func serve(
        _ ports: Ports, _ life: LifeRecord? = nil, terminal: TerminalFrontEnd? = nil,
        begin: () throws(WireError) -> Void
    ) throws(WireError) {
        // Anything that is signalled from here on is kept for the loop.
        let signals = options.handlesSignals ? Signals.installed : nil
        let loop = Loop(
            ports: ports, runner: runner, history: HistoryStore(location: options.history, logger: logger),
            life: life, events: events, terminal: terminal, logger: logger)
        try begin()
        try loop.run(signals: signals, parent: options.watchesParent ? ParentWatch() : nil)
        events.close()
        loop.finish()
    }

    /// Other front-ends may not find the kernel without the file; the launcher's own does.
    private func writeForOthers(_ connection: ConnectionFile) -> String? {
        do throws(ConnectionFileError) {
            return try connection.writeForOthers()
        } catch {
            logger.warning("\(error)")
            return nil
        }
    }
}
