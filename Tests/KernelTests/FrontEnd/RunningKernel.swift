import Foundation
import Kernel
import Logging
import Synchronization

/// A kernel that runs in this process, on threads of its own, with ``EchoRunner`` behind it.
final class RunningKernel: Sendable {
    let connection: ConnectionFile
    let runner = EchoRunner()
    let log = Log()
    private let server: KernelServer
    private let ended = DispatchSemaphore(value: 0)
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
        server = KernelServer(
            connection: connection, runner: runner,
            options: .init(
                handlesSignals: false, watchesParent: false, history: history, handshakeSeconds: 1),
            logger: Logger(label: "test") { _ in log })
        let thread = Thread { [server, ended] in
            do { try server.run() } catch { log.add("\(error)") }
            ended.signal()
        }
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit {
        server.stop()
        _ = ended.wait(timeout: .now() + 10)
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
        guard ended.wait(timeout: .now() + seconds) == .success else { return false }
        ended.signal()
        return true
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
