import Cells
import Jupyter
import VitrineEngine

extension Cells.Command where Context == CellRun {
    /// The command, which first waits until the disk of each of its files answers. It can be interrupted while it waits
    /// and while it reads the files.
    ///
    /// A system call on a disk that does not answer, such as a lost network mount, blocks and cannot be interrupted.
    /// An argument is a file if its declaration is completed by a ``PathSource``.
    var waitingForDisks: Command {
        let files = signature.parameters.filter { $0.completes is PathSource }
        guard !files.isEmpty else { return self }
        return Command(signature) { arguments, run in
            try Disk.$cancellation.withValue(run.cancellation) {
                for path in files.compactMap(arguments.text) { try Disk.probe(path) }
                for file in files { try arguments.checkPath(file) }
                return try call(arguments, in: run)
            }
        }
    }
}
