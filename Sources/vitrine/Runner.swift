import Kernel

/// The language of the cells.
func makeRunner() -> any CellRunner {
    PlaceholderRunner()
}

/// Stands in until the interpreter is here: a cell's value is its source.
private final class PlaceholderRunner: CellRunner {
    let language = LanguageInformation(
        implementation: "vitrine", implementationVersion: Vitrine.version, banner: "Vitrine", version: "6.3")

    func execute(_ code: String, in execution: Execution) -> CellOutcome {
        .success(result: code.isEmpty ? nil : MIMEBundle(plain: code))
    }

    func complete(_ code: String, cursor: Int) -> Completions {
        Completions(matches: [], start: cursor, end: cursor)
    }

    func inspect(_ code: String, cursor: Int, detail: Int) -> MIMEBundle? { nil }

    func completeness(of code: String) -> Completeness { .complete }
}
