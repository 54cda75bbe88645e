import ArgumentParser

/// The command line.
@main struct Vitrine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vitrine", abstract: "A Jupyter kernel that shows what vision models have learned.")
}
