import ArgumentParser
import Commands

/// The command that says what is installed and what is wrong with it.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what is installed here, and what is wrong with it.",
        discussion: """
            Processor, libraries, Jupyter's kernelspecs and caches, as `doctor()` does in a cell. Ends with 1 if something \
            is wrong, else with 0.
            """)

    func run() throws {
        let examination = Examination()
        print(examination.text)
        if !examination.problems.isEmpty { throw ExitCode(1) }
    }
}
