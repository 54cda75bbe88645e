import ArgumentParser
import Glibc
import Kernel
import Logging

/// Serves one notebook.
///
/// Jupyter starts it.
struct KernelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel", abstract: "Serve a Jupyter front-end. Jupyter starts this.")

    @Option(name: [.long, .customShort("f")], help: "The connection file, or registration file, that Jupyter wrote.")
    var connectionFile: String

    func run() throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        do {
            let connection = try ConnectionFile(path: connectionFile)
            try KernelServer(connection: connection, runner: Session()).run()
        } catch {
            say("vitrine: \(error)\n")
            leave(1)
        }
        leave(0)
    }
}

private func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// Ends the process at once.
///
/// A cell may still run on its thread, and must not see the libraries under it being taken down, as `exit`
/// would.
private func leave(_ status: Int32) -> Never {
    fflush(nil)
    _exit(status)
}
