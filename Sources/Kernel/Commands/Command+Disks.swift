import Cells
import Jupyter
import VitrineEngine

extension Cells.Command where Context == CellRun {
    /// The command, which first waits until the disk has answered that each of its files is on, and can be interrupted
    /// meanwhile and while it reads them.
    ///
    /// Who asks a disk that does not answer, behind a network that is gone, hangs in the system and hears of nothing else.
    /// Which arguments are files is said where they are declared, by what completes them.
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
