import Cells
import Jupyter
import VitrineEngine

extension Command {
    /// The command, which first waits until the disk has answered that each of its files is on, and can be interrupted
    /// meanwhile and while it reads them.
    ///
    /// Who asks a disk that does not answer, behind a network that is gone, hangs in the system and hears of nothing else.
    /// Which arguments are files is said where they are declared, by what completes them.
    var waitingForDisks: Command {
        let files = signature.parameters.filter { Self.fileTags.contains($0.completions ?? "") }
        let names = files.map(\.name)
        guard !names.isEmpty else { return self }
        return Command(signature) { arguments, context in
            try Disk.$cancellation.withValue(context.run.cancellation) {
                for path in names.compactMap(arguments.optionalString) { try Disk.probe(path) }
                for file in files { try arguments.checkPath(file.name, tag: file.completions ?? "") }
                return try call(arguments, in: context)
            }
        }
    }

    private static let fileTags: Set = ["files", "models", "arrays", "classNames"]
}
