import ArgumentParser
import Commands

/// The command line.
@main struct Vitrine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vitrine", abstract: "A Jupyter kernel that shows what vision models have learned.",
        version: "\(vitrineVersion), built for \(buildProcessors)",
        subcommands: [
            KernelCommand.self, RunCommand.self, AtlasCommand.self, InstallCommand.self, DocumentCommand.self,
            DownloadCommand.self, DoctorCommand.self,
        ])

    /// Runs the program.
    static func main() {
        // Comes first, because other code may use instructions that this processor lacks.
        requireProcessor()
        main(nil)
    }
}
