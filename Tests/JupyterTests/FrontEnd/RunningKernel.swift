import Foundation
import Jupyter
import Logging
import Synchronization
import TestKernel

/// A kernel that runs in this process, on threads of its own, with ``EchoRunner`` behind it.
final class RunningKernel: Sendable {
    let runner = EchoRunner()
    let log = Log()
    private let place: Place
    private let serving: ServingThread

    /// Where front-ends find it.
    private enum Place: Sendable {
        case sockets(ConnectionFile, folder: URL)
        case lines(LineLink)
        case direct(DirectLink)
    }

    /// A kernel behind sockets or pipes of its own.
    convenience init(over transport: Transport, history: HistoryLocation = .memory) throws {
        switch transport {
        case .sockets: try self.init(history: history)
        case .lines: self.init(at: .lines(LineLink()), history: history)
        case .direct: self.init(at: .direct(DirectLink()), history: history)
        }
    }

    convenience init(
        key: String = "secret", history: HistoryLocation = .memory, curveKeys: CurveKeys? = nil
    ) throws {
        // Sockets in a folder of their own: no two kernels can meet, as they could at a port.
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "v\(UInt32.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let ports = Dictionary(
            uniqueKeysWithValues: ConnectionFile.Channel.allCases.enumerated().map { ($1, $0 + 1) })
        let connection = ConnectionFile(
            transport: "ipc", address: folder.appendingPathComponent("k").path, ports: ports, key: key,
            curveKeys: curveKeys)
        self.init(connection, in: folder, history: history)
    }

    /// A kernel at this connection; the folder goes when it does.
    convenience init(_ connection: ConnectionFile, in folder: URL, history: HistoryLocation = .memory) {
        self.init(at: .sockets(connection, folder: folder), history: history)
    }

    private init(at place: Place, history: HistoryLocation) {
        self.place = place
        let log = log
        let options = KernelServer.Options(
            handlesSignals: false, watchesParent: false, history: history, handshakeSeconds: 1)
        let logger = Logger(label: "test") { _ in log }
        let server =
            switch place {
            case .sockets(let connection, _):
                KernelServer(connection: connection, runner: runner, options: options, logger: logger)
            case .lines(let link):
                KernelServer(
                    input: link.kernelsEnds.input, output: link.kernelsEnds.output, runner: runner, options: options,
                    logger: logger)
            case .direct(let link):
                KernelServer(transport: link.transport, runner: runner, options: options, logger: logger)
            }
        serving = ServingThread(server, log: log)
    }

    deinit {
        serving.stop()
        switch place {
        case .sockets(_, let folder): try? FileManager.default.removeItem(at: folder)
        case .lines(let link): link.closeInput()
        case .direct: break
        }
    }

    /// The connection of a kernel behind sockets.
    var connection: ConnectionFile {
        guard case .sockets(let connection, _) = place else { preconditionFailure("The kernel has no sockets.") }
        return connection
    }

    /// A way to it; there is only one but over sockets.
    func link() throws -> any Link {
        switch place {
        case .sockets(let connection, _):
            try SocketLink(connection, identity: UUID().uuidString, subscribes: true)
        case .lines(let link): link
        case .direct(let link): link
        }
    }

    /// A front-end that is connected and answered.
    func connect() throws -> FrontEnd {
        let frontEnd = FrontEnd(try link(), of: self)
        try frontEnd.waitUntilReady()
        return frontEnd
    }

    /// Whether the kernel ends by itself.
    func ends(within seconds: Double = FrontEnd.patience) -> Bool {
        serving.ends(within: seconds)
    }
}

/// Keeps the lines that a kernel logs at warning and above.
final class Log: LogHandler, Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func add(_ line: String) { kept.withLock { $0.append(line) } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    var logLevel: Logger.Level {
        get { .warning }
        set {}
    }

    func log(event: LogEvent) {
        add("\(event.message)")
    }
}
