import Cells
import Foundation
import Jupyter
import VitrineEngine

extension Command {
    /// The command, which first waits until the disk has answered that each of its files is on, and can be interrupted
    /// meanwhile.
    ///
    /// Who asks a disk that does not answer, behind a network that is gone, hangs in the system and hears of nothing else.
    /// Which arguments are files is said where they are declared, by what completes them.
    var waitingForDisks: Command {
        let files = signature.parameters.filter { Self.fileTags.contains($0.completions ?? "") }
        let names = files.map(\.name)
        guard !names.isEmpty else { return self }
        return Command(signature) { arguments, context in
            for name in names {
                guard let path = arguments.optionalString(name) else { continue }
                try Disk.wait(cancellation: context.run.cancellation) { Disk.look(at: path) }
            }
            for file in files { try arguments.checkPath(file.name, tag: file.completions ?? "") }
            return try call(arguments, in: context)
        }
    }

    private static let fileTags: Set = ["files", "models", "arrays", "classNames"]
}

/// Work that may hang in the system.
package enum Disk {
    /// How often interrupts are looked for, in seconds.
    private static let interval = 0.05

    /// Has a thread of its own do the work, and waits for it.
    ///
    /// A thread that hangs is left behind; it ends when its disk answers.
    ///
    /// - Throws: ``EngineError/cancelled``.
    package static func wait(cancellation: Cancellation, for work: @escaping @Sendable () -> Void) throws {
        let state = Monitor(false)
        startThread(name: "disk", stackBytes: 512 << 10) {
            work()
            state.withLock { $0 = true }
            state.wake()
        }
        while state.wait(seconds: interval, { $0 ? () : nil }) == nil { try cancellation.check() }
    }

    /// Opens what is at `path`, if it is a file or folder, and looks into it.
    static func look(at path: String) {
        let place = (path as NSString).expandingTildeInPath
        var status = stat()
        guard stat(place, &status) == 0 else { return }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            guard let folder = opendir(place) else { return }
            _ = readdir(folder)
            closedir(folder)
        case S_IFREG:
            let descriptor = open(place, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
            guard descriptor >= 0 else { return }
            var byte: UInt8 = 0
            _ = read(descriptor, &byte, 1)
            close(descriptor)
        default: return
        }
    }
}
