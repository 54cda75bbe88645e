import ArgumentParser
import Commands

/// The command line.
@main struct Vitrine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vitrine", abstract: "A Jupyter kernel that shows what vision models have learned.",
        version: "\(vitrineVersion), built for \(processorsOfBuild)",
        subcommands: [
            KernelCommand.self, RunCommand.self, AtlasCommand.self, InstallCommand.self, DocumentCommand.self,
            DownloadCommand.self,
        ])

    /// Where the program starts.
    static func main() {
        // First of all: anything else may already use instructions that this processor lacks.
        requireProcessor()
        main(nil)
    }
}
