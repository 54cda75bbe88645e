import Foundation
import Kernel
import Logging
import Synchronization

/// A kernel that runs in this process, on threads of its own, with ``EchoRunner`` behind it.
final class RunningKernel: Sendable {
    let connection: ConnectionFile
    let runner = EchoRunner()
    let log = Log()
    private let serving: ServingThread
    private let folder: URL

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
    init(_ connection: ConnectionFile, in folder: URL, history: HistoryLocation = .memory) {
        self.connection = connection
        self.folder = folder
        let log = log
        serving = ServingThread(
            KernelServer(
                connection: connection, runner: runner,
                options: .init(
                    handlesSignals: false, watchesParent: false, history: history, handshakeSeconds: 1),
                logger: Logger(label: "test") { _ in log }), log: log)
    }

    deinit {
        serving.stop()
        try? FileManager.default.removeItem(at: folder)
    }

    /// A front-end that is connected and answered.
    func connect() throws -> FrontEnd {
        let frontEnd = try FrontEnd(connection)
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
