import ArgumentParser

/// The command line.
@main struct Vitrine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vitrine", abstract: "A Jupyter kernel that shows what vision models have learned.",
        version: version, subcommands: [KernelCommand.self, InstallCommand.self])

    /// The program's version.
    static let version = "0.1.0"

    /// Where the program starts.
    static func main() {
        // First of all: anything else may already use instructions that this processor lacks.
        requireProcessor()
        main(nil)
    }
}
