import Foundation
import VitrineEngine

/// What is installed on this machine, and what is wrong with it: what `vitrine doctor` and `doctor()` say.
package struct Examination: Sendable {
    /// A part of the machine, with what was found out about it.
    struct Section: Sendable {
        let title: String
        var rows: [(name: String, text: String)]
    }

    /// Something that is wrong, and what to do about it.
    package struct Problem: Sendable, Hashable {
        package let what: String
        package let advice: String
    }

    let sections: [Section]
    /// What is wrong; empty if nothing is.
    package let problems: [Problem]

    /// Examines this process and its surroundings. Opens libcurl and reads the built-in models.
    package init(_ surroundings: Surroundings = .process) {
        var problems: [Problem] = []
        sections = [
            surroundings.program(&problems), surroundings.machine(&problems), surroundings.libraries(&problems),
            surroundings.kernelspecs(&problems), surroundings.caches(&problems),
        ]
        self.problems = problems
    }

    /// The examination as text.
    package var text: String {
        sections.map { Card(title: $0.title, rows: $0.rows).plain }.joined(separator: "\n\n") + "\n\n" + verdict
    }

    /// What is wrong as text: a line for each problem and one for what to do.
    private var verdict: String {
        guard !problems.isEmpty else { return "Nothing is wrong." }
        let lines = problems.map { "  \($0.what)\n    → \($0.advice)" }
        return (["\(problems.count) \(problems.count == 1 ? "thing is" : "things are") wrong:"] + lines)
            .joined(separator: "\n")
    }

    /// The examination as HTML: what is wrong comes first.
    var html: String {
        let items = problems.map { "<li>\(escaped($0.what))<br>→ \(escaped($0.advice))</li>" }.joined()
        let first = problems.isEmpty ? "<p>Nothing is wrong.</p>" : "<p>What is wrong:</p><ul>\(items)</ul>"
        return first + sections.map { Card(title: $0.title, rows: $0.rows).html }.joined()
    }
}

/// What an examination looks at: a process's environment and where its files are.
package struct Surroundings: Sendable {
    /// The environment variables.
    package var variables: [String: String]
    /// The path of the executable; nil if unknown.
    package var executable: String?
    /// The folders of the whole machine in which Jupyter looks.
    package var systemData = ["/usr/local/share/jupyter", "/usr/share/jupyter"]

    /// Those of this process.
    package static var process: Surroundings {
        Surroundings(
            variables: ProcessInfo.processInfo.environment, executable: try? CurrentExecutable.path)
    }

    package init(variables: [String: String], executable: String?) {
        self.variables = variables
        self.executable = executable
    }

    /// Returns the value of a variable that is set and not empty.
    func variable(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    var home: String { variable("HOME") ?? NSHomeDirectory() }
}
