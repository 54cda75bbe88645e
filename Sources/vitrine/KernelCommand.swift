import ArgumentParser
import CHeap
import Commands
import Glibc
import Jupyter
import Logging

/// Serves one notebook.
///
/// Jupyter starts it.
struct KernelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel", abstract: "Serve a Jupyter front-end. Jupyter starts this.",
        discussion: """
            With --stdio, messages are lines of JSON on standard input and output: {"channel": "shell", "header": \
            {"msg_id": "1", "msg_type": "kernel_info_request"}, "content": {}}. It ends when its input does.
            """)

    @Option(name: [.long, .customShort("f")], help: "The connection file, or registration file, that Jupyter wrote.")
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
        // A cell's values are made on one thread and freed on another. With a heap for each, which is what the C library
        // would make, every thread's grows for itself.
        mallopt(M_ARENA_MAX, 1)
        do {
            try server().run()
        } catch {
            say("vitrine: \(error)\n")
            leave(1)
        }
        leave(0)
    }

    private func server() throws -> KernelServer {
        if let connectionFile {
            return KernelServer(connection: try ConnectionFile(path: connectionFile), runner: Session())
        }
        // Nothing but messages may come out there: what a library prints goes to standard error.
        let output = dup(STDOUT_FILENO)
        dup2(STDERR_FILENO, STDOUT_FILENO)
        signal(SIGPIPE, SIG_IGN)
        return KernelServer(input: STDIN_FILENO, output: output, runner: Session())
    }
}
