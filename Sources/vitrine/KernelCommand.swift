import ArgumentParser
import CHeap
import Commands
import Glibc
import Jupyter
import Logging
import Platform

/// The command that serves a notebook, which Jupyter runs.
struct KernelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel", abstract: "Serve a Jupyter front-end. Jupyter runs this command.",
        discussion: """
            With --stdio, messages are lines of JSON on standard input and output: {"channel": "shell", "header": \
            {"msg_id": "1", "msg_type": "kernel_info_request"}, "content": {}}. The kernel ends when its input ends.
            """)

    @Option(name: [.long, .customShort("f")], help: "The connection file or registration file that Jupyter wrote.")
    var connectionFile: String?

    @Flag(help: "Use standard input and output instead of ports.")
    var stdio = false

    func validate() throws {
        if stdio != (connectionFile == nil) {
            throw ValidationError("Give either --connection-file with a path, or --stdio.")
        }
    }

    func run() throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        // A cell's values are allocated on one thread and freed on another. With an arena per thread, the C library's
        // default, each arena would grow separately.
        mallopt(M_ARENA_MAX, 1)
        do {
            try server().run()
        } catch {
            printError("vitrine: \(error)\n")
            exitNow(1)
        }
        exitNow(0)
    }

    private func server() throws -> KernelServer {
        if let connectionFile {
            return KernelServer(connection: try ConnectionFile(path: connectionFile), runner: Session())
        }
        // Standard output is for messages only, so what libraries print is redirected to standard error.
        let output = dup(STDOUT_FILENO)
        dup2(STDERR_FILENO, STDOUT_FILENO)
        signal(SIGPIPE, SIG_IGN)
        return KernelServer(input: STDIN_FILENO, output: output, runner: Session())
    }
}
