import Glibc
import Logging

/// A kernel: a language behind Jupyter's channels.
///
/// ``run()`` makes the calling thread the I/O thread, which owns every socket but the heartbeat's and
/// all protocol state. Cells run on a worker; completion and the like on another.
public final class KernelServer: Sendable {
    private let connection: ConnectionFile
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

    /// A kernel that will listen at `connection` and run cells with `runner`.
    public init(
        connection: ConnectionFile, runner: any CellRunner, options: Options = Options(),
        logger: Logger = Logger(label: "vitrine")
    ) {
        self.connection = connection
        self.runner = runner
        self.options = options
        self.logger = logger
    }

    /// Serves front-ends until one asks the kernel to end.
    ///
    /// - Throws: an error whose description says why the channels could not be opened.
    public func run() throws {
        let context = try SocketContext()
        // Last of all, so that the reply to a shutdown request is on its way when the process ends.
        defer { context.terminate() }
        try serve(in: context)
    }

    /// Ends the kernel as a shutdown request would, from any thread.
    public func stop() {
        events.post(.stop)
    }

    private func serve(in context: SocketContext) throws(WireError) {
        // Ends the heartbeat.
        defer { context.shutDown() }
        // Anything that is signalled from here on is kept for the loop.
        let signals = options.handlesSignals ? Signals.installed : nil
        var connection = connection.choosingPaths()
        let loop = try Loop(
            connection: connection, context: context, runner: runner,
            history: HistoryStore(location: options.history, logger: logger), events: events, logger: logger)
        connection.ports = [
            .heartbeat: try Heartbeat.start(connection, in: context),
            .shell: try loop.shellChannel.socket.port(),
            .control: try loop.controlChannel.socket.port(),
            .stdin: try loop.prompts.channel.socket.port(),
            .iopub: try loop.publisher.socket.port(),
        ]
        let file = writeForOthers(connection)
        defer { if let file { unlink(file) } }
        try Handshake(connection)?.register(in: context, within: options.handshakeSeconds)
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
